package io.gantry.agent.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.Caller;
import io.gantry.agent.Images.Removal;
import io.gantry.agent.Images.Removal.Kind;
import io.gantry.agent.Outcome;
import io.gantry.protocol.ErrorKind;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The images port over the real disk. Needs root for owners and whiteouts. */
@Tag("host")
class LocalImagesIT {
  private ImageRoom room;

  @BeforeEach
  void open() throws Exception {
    room = new ImageRoom();
  }

  @AfterEach
  void close() throws Exception {
    room.close();
  }

  private static byte[] root(String content) throws Exception {
    return new TestTar().directory("etc/", 0755).file("etc/hello", content, 0644).bytes();
  }

  @Test
  void anImportedRootIsAnImageWithItsLayerUnpacked() throws Exception {
    var image = room.importRoot(root("hi\n"), "demo:1", "CMD [\"/bin/sh\"]", "ENV A=b");

    assertThat(image.getRepoTagsList()).containsExactly("demo:1");
    assertThat(image.getConfig().getCmd().getValuesList()).containsExactly("/bin/sh");
    assertThat(image.getConfig().getEnvList()).containsExactly("A=b");
    assertThat(image.getComment()).isEqualTo("Imported from -");
    assertThat(image.getSizeBytes()).isEqualTo(3);
    var resolved = ImageRoom.done(room.images.resolve("demo:1"));
    assertThat(resolved.layers()).hasSize(1);
    assertThat(Files.readString(resolved.layers().getFirst().resolve("etc/hello")))
        .isEqualTo("hi\n");
    assertThat(room.images.list()).containsExactly(image);
    assertThat(ImageRoom.done(room.images.inspect(image.getId().substring(7, 19))))
        .isEqualTo(image);
  }

  @Test
  void anUnknownImageIsNamedWithItsTag() {
    assertThat(room.images.inspect("nothing"))
        .isEqualTo(Outcome.refused(ErrorKind.NOT_FOUND, "No such image: nothing:latest"));
  }

  @Test
  void whatIsSavedLoadsAsTheSameImageAndSavesToTheSameBytes() throws Exception {
    var image = room.importRoot(root("hi\n"), "demo:1", "LABEL a=b");
    var saved = room.save("demo:1");
    ImageRoom.done(room.images.remove(Caller.ENGINE, "demo:1", false, false));
    assertThat(room.images.list()).isEmpty();
    assertThat(room.store.layers().all()).isEmpty();

    var loaded = ImageRoom.done(room.load(saved));

    assertThat(loaded).extracting("name").containsExactly("demo:1");
    assertThat(loaded.getFirst().image()).isEqualTo(image);
    assertThat(room.save("demo:1")).isEqualTo(saved);
  }

  @Test
  void removingTheLastNameRemovesTheImageAndItsLayers() throws Exception {
    var image = room.importRoot(root("hi\n"), "demo:1");
    ImageRoom.done(room.images.tag(Caller.ENGINE, "demo:1", "other"));

    var first = ImageRoom.done(room.images.remove(Caller.ENGINE, "demo:1", false, false));
    var second = ImageRoom.done(room.images.remove(Caller.ENGINE, "other", false, false));

    assertThat(first).containsExactly(new Removal(Kind.UNTAGGED, "demo:1"));
    assertThat(second)
        .containsExactly(
            new Removal(Kind.UNTAGGED, "other:latest"),
            new Removal(Kind.DELETED, image.getId()),
            new Removal(Kind.DELETED, image.getDiffIds(0)));
  }

  @Test
  void aLayerThatAContainerStandsOnOutlivesItsImage() throws Exception {
    var image = room.importRoot(root("hi\n"), "demo:1");
    room.uses.add(new ImageUse("c".repeat(64), image.getId(), false, image.getDiffIdsList()));

    ImageRoom.done(room.images.remove(Caller.ENGINE, "demo:1", true, false));

    assertThat(room.images.list()).isEmpty();
    assertThat(room.store.layers().all()).hasSize(1);
    room.uses.clear();
    assertThat(room.images.sweep()).isEqualTo(3);
    assertThat(room.store.layers().all()).isEmpty();
  }

  @Test
  void twoImportsOfTheSameRootShareOneLayer() throws Exception {
    room.importRoot(root("same"), "a");
    room.importRoot(root("same"), "b", "ENV X=y");

    assertThat(room.store.layers().all()).hasSize(1);
    assertThat(room.images.list()).hasSize(2);
    assertThat(room.images.layerBytes()).isEqualTo(4);
    assertThat(List.copyOf(room.images.list())).extracting("id").doesNotHaveDuplicates();
  }
}
