package io.gantry.agent.image.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.Caller;
import io.gantry.agent.Credentials;
import io.gantry.agent.Outcome;
import io.gantry.agent.Registries;
import io.gantry.agent.image.TestTar;
import io.gantry.agent.image.registry.TestRegistry;
import io.gantry.protocol.v1.Image;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Mirrors, repositories with all their tags, and searching. Needs root to unpack. */
@Tag("host")
class RepositoriesIT {
  private static final Credentials SECRETS = Credentials.of("user", "word");

  private TestRegistry registry;

  @BeforeEach
  void open() throws Exception {
    registry = new TestRegistry();
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private static byte[] layer(int seed) throws Exception {
    return new TestTar().file("file", "layer " + seed, 0644).bytes();
  }

  private static URI mirror(TestRegistry registry) {
    return URI.create("http://" + registry.host());
  }

  @Test
  void dockersImagesComeFromTheFirstMirrorThatHasThemAndNoneSeesCredentials() throws Exception {
    try (var broken = new TestRegistry()) {
      var image = TestImage.in(registry, "1", layer(1));
      var room = TransferRoom.withMirrors(List.of(mirror(broken), mirror(registry)));
      try {
        var outcome = TransferRoom.await(room.begin("thing:1", SECRETS).outcome());

        assertThat(outcome).isInstanceOf(Outcome.Done.class);
        assertThat(((Outcome.Done<Image>) outcome).value().getId())
            .isEqualTo(image.config().toString());
        assertThat(((Outcome.Done<Image>) outcome).value().getRepoTagsList())
            .containsExactly("thing:1");
        assertThat(broken.requests()).anyMatch(one -> one.contains("/v2/library/thing/manifests"));
        assertThat(registry.requests()).anyMatch(one -> one.contains("/v2/library/thing/blobs"));
        assertThat(broken.authorizations()).isEmpty();
        assertThat(registry.authorizations()).isEmpty();
      } finally {
        room.close();
      }
    }
  }

  @Test
  void otherRegistriesHaveNoMirrors() throws Exception {
    try (var other = new TestRegistry()) {
      TestImage.in(other, "1", layer(1));
      var room = TransferRoom.withMirrors(List.of(mirror(registry)));
      try {
        assertThat(room.pull(other.host() + "/thing:1")).isInstanceOf(Outcome.Done.class);
        assertThat(registry.requests()).isEmpty();
      } finally {
        room.close();
      }
    }
  }

  @Test
  void allTagsOfARepositoryComeAndGo() throws Exception {
    TestImage.in(registry, "1", layer(1));
    TestImage.in(registry, "2", layer(2));
    TestImage.in(registry, "3", layer(1));
    var room = new TransferRoom();
    try (var target = new TestRegistry()) {
      var repository = registry.host() + "/thing";
      assertThat(room.pullAll(repository)).isInstanceOf(Outcome.Done.class);
      assertThat(room.images.list())
          .flatExtracting(Image::getRepoTagsList)
          .containsExactlyInAnyOrder(repository + ":1", repository + ":2", repository + ":3");

      var name = target.host() + "/copy";
      TransferRoom.await(room.images.tag(Caller.ENGINE, repository + ":1", name + ":a"));
      TransferRoom.await(room.images.tag(Caller.ENGINE, repository + ":2", name + ":b"));
      assertThat(room.pushAll(name)).isInstanceOf(Outcome.Done.class);
      assertThat(target.manifest("a").orElseThrow())
          .isEqualTo(registry.manifest("1").orElseThrow());
      assertThat(target.manifest("b").orElseThrow())
          .isEqualTo(registry.manifest("2").orElseThrow());
    } finally {
      room.close();
    }
  }

  @Test
  void searchingAsksTheRegistryThatTheTermBeginsWith() throws Exception {
    registry.searchesFind(
        """
        {"results":[{"name":"thing","description":"d","star_count":3,"is_official":true},{}]}\
        """);
    var room = new TransferRoom();
    try {
      var found =
          TransferRoom.await(
              room.registries.search(registry.host() + "/a b", 25, Credentials.NONE));
      assertThat(found)
          .isEqualTo(
              Outcome.done(
                  List.of(
                      new Registries.Found("thing", "d", 3, true, false),
                      new Registries.Found("", "", 0, false, false))));
      assertThat(registry.requests()).contains("SEARCH q=a+b&n=25");
    } finally {
      room.close();
    }
  }

  @Test
  void anAnswerToASearchThatIsNoneIsRefused() throws Exception {
    registry.searchesFind("<html>");
    var room = new TransferRoom();
    try {
      assertThat(TransferRoom.await(room.registries.search(registry.host() + "/a", 25, SECRETS)))
          .isInstanceOf(Outcome.Refused.class);
    } finally {
      room.close();
    }
  }
}
