package io.gantry.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.cluster.engine.Directory.Place;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class DirectoryProperties {
  private static final String ID = "0123456789abcdef".repeat(4);

  @Provide
  Arbitrary<Map<String, Map<String, String>>> places() {
    var ids = Arbitraries.strings().withCharRange('a', 'c').ofLength(6);
    var names = Arbitraries.strings().withCharRange('a', 'd').ofMinLength(1).ofMaxLength(6);
    return Arbitraries.maps(
        Arbitraries.of("h1", "h2", "h3"), Arbitraries.maps(ids, names).ofMaxSize(5));
  }

  @Property
  void whatIsFoundIsMeantAndAllOfOneKind(
      @ForAll("places") Map<String, Map<String, String>> places, @ForAll("words") String word) {
    var found = new Directory(places).find(word);
    assertThat(found)
        .allMatch(place -> place.name().equals(places.get(place.hostId()).get(place.id())));
    if (found.stream().anyMatch(place -> place.id().equals(word))) {
      assertThat(found).allMatch(place -> place.id().equals(word));
    } else if (found.stream().anyMatch(place -> place.name().equals(word))) {
      assertThat(found).allMatch(place -> place.name().equals(word));
    } else {
      assertThat(found).allMatch(place -> place.id().startsWith(word));
    }
  }

  @Property
  void everyContainerIsFoundByItsWholeId(
      @ForAll("places") Map<String, Map<String, String>> places) {
    places.forEach(
        (host, containers) ->
            containers.forEach(
                (id, name) ->
                    assertThat(new Directory(places).find(id))
                        .contains(new Place(host, id, name))));
  }

  @Provide
  Arbitrary<String> words() {
    return Arbitraries.strings().withCharRange('a', 'd').ofMinLength(1).ofMaxLength(6);
  }

  @Example
  void aNameGoesBeforeAPrefixAndAPrefixHasToBeOne() {
    var directory =
        new Directory(Map.of("h1", Map.of(ID, "web"), "h2", Map.of("f" + ID.substring(1), "0123")));
    assertThat(directory.find("0123"))
        .containsExactly(new Place("h2", "f" + ID.substring(1), "0123"));
    assertThat(directory.find("01234")).containsExactly(new Place("h1", ID, "web"));
    assertThat(directory.find("we")).isEmpty();
  }
}
