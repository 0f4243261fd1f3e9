package io.gantry.agent.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.persistence.event.ImageEvent;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class NameTableProperties {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  private static final String DIGEST = "sha256:" + "e".repeat(64);
  private static final String HEX = "a1b2".repeat(16);

  @Property
  void aDeletedImageHasNoNameAndANameHasOneImage(@ForAll("events") List<ImageEvent> events)
      throws Exception {
    var table = NameTable.EMPTY;
    for (var event : events) {
      table = table.apply(event);
      switch (event) {
        case ImageEvent.Added(var id, _, _, _) -> assertThat(table.images()).containsKey(id);
        case ImageEvent.Tagged(var name, var id, _) ->
            assertThat(table.find(name)).isEqualTo(Optional.of(id));
        case ImageEvent.Untagged(var name, var id, _) ->
            assertThat(table.namesOf(id)).doesNotContain(Reference.ofCanonical(name));
        case ImageEvent.Pulled(var id, var name, var digest, _, _, _) -> {
          assertThat(table.find(name)).isEqualTo(Optional.of(id));
          assertThat(table.find(Reference.ofCanonical(name).withDigest(digest).toString()))
              .isEqualTo(Optional.of(id));
        }
        case ImageEvent.Pushed(var id, var name, var digest, _) ->
            assertThat(table.find(Reference.ofCanonical(name).withDigest(digest).toString()))
                .isEqualTo(Optional.of(id));
        case ImageEvent.Deleted(var id, _) -> {
          assertThat(table.images()).doesNotContainKey(id);
          assertThat(table.namesOf(id)).isEmpty();
        }
      }
    }
  }

  @Property
  void anImageIsFoundByEveryUniqueBeginningOfItsId(
      @ForAll("lengths") int length, @ForAll boolean withAlgorithm) throws Exception {
    var table =
        NameTable.EMPTY
            .apply(new ImageEvent.Added("sha256:" + HEX, "load", "", NOON))
            .apply(new ImageEvent.Added("sha256:" + "0".repeat(64), "load", "", NOON));

    assertThat(table.find((withAlgorithm ? "sha256:" : "") + HEX.substring(0, length)))
        .contains("sha256:" + HEX);
  }

  @Property(tries = 5)
  void aBeginningOfTwoIdsFindsNeither() throws Exception {
    var table =
        NameTable.EMPTY
            .apply(new ImageEvent.Added("sha256:" + "ab".repeat(32), "load", "", NOON))
            .apply(new ImageEvent.Added("sha256:" + "ab".repeat(31) + "cd", "load", "", NOON));

    assertThat(table.find("ab")).isEmpty();
    assertThat(table.find("ab".repeat(31) + "c")).contains("sha256:" + "ab".repeat(31) + "cd");
  }

  @Provide
  Arbitrary<Integer> lengths() {
    return Arbitraries.integers().between(1, 64);
  }

  @Provide
  Arbitrary<List<ImageEvent>> events() {
    var id = Arbitraries.of("1", "2", "3").map(digit -> "sha256:" + digit.repeat(64));
    var name =
        Arbitraries.of(
            "docker.io/library/a:1",
            "docker.io/library/b:1",
            "h.example/c@sha256:" + "f".repeat(64));
    return Arbitraries.<ImageEvent>oneOf(
            id.map(i -> new ImageEvent.Added(i, "load", "", NOON)),
            id.map(i -> new ImageEvent.Deleted(i, NOON)),
            Combinators.combine(name, id).as((n, i) -> new ImageEvent.Tagged(n, i, NOON)),
            Combinators.combine(name, id)
                .as((n, i) -> new ImageEvent.Pulled(i, n, DIGEST, DIGEST, "", NOON)),
            Combinators.combine(name, id).as((n, i) -> new ImageEvent.Pushed(i, n, DIGEST, NOON)),
            Combinators.combine(name, id).as((n, i) -> new ImageEvent.Untagged(n, i, NOON)))
        .list()
        .ofMaxSize(20);
  }
}
