package io.gantry.agent.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FiltersTest {
  private static final Set<String> KNOWN = Set.of("name", "label", "dangling", "reference");

  private static Filters parse(String text) {
    return Filters.parse(Optional.of(text), KNOWN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"name\":[\"a\",\"b\"]}",
        "{\"name\":{\"a\":true,\"b\":true}}",
        "{\"name\":{\"a\":true,\"b\":false}}"
      })
  void bothFormsMeanTheSame(String text) {
    assertThat(parse(text).get("name")).containsExactly("a", "b");
  }

  @Test
  void oneStringStandsForAListOfOne() {
    assertThat(parse("{\"name\":\"a\"}").get("name")).containsExactly("a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"nme\":[\"a\"]}|invalid filter 'nme'",
        "{\"name\":7}|invalid filter 'name': expected an array or an object",
        "{\"name\":[7]}|invalid filter 'name': values must be strings",
        "{\"name\":{\"a\":1}}|invalid filter 'name': expected {\"value\": true}",
        "[]|invalid filters: expected an object, found an array"
      })
  void whatIsNoFilterIsRefused(String text, String message) {
    assertThatThrownBy(() -> parse(text)).isInstanceOf(Refusal.class).hasMessage(message);
  }

  @Test
  void labelsMustAllHold() {
    var labels = Map.of("a", "1", "b", "", "c", "x=y");
    assertThat(parse("{\"label\":[\"a\",\"a=1\",\"b=\",\"c=x=y\"]}").labels("label", labels))
        .isTrue();
    assertThat(parse("{\"label\":[\"a\",\"a=2\"]}").labels("label", labels)).isFalse();
    assertThat(parse("{\"label\":[\"a=\"]}").labels("label", labels)).isFalse();
    assertThat(parse("{\"label\":[\"d\"]}").labels("label", labels)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "web|true",
        "^web$|true",
        "^/web$|true",
        "we|true",
        "^.?web$|true",
        "b$|true",
        "^eb|false",
        "[|false",
        "other|false"
      })
  void aNameIsAPatternTriedWithAndWithoutTheSlash(String pattern, boolean matches) {
    assertThat(
            new Filters(Map.of("name", java.util.List.of(pattern))).matches("name", "/web", "web"))
        .isEqualTo(matches);
  }

  @Test
  void aBooleanIsReadAsGoReadsIt() {
    assertThat(parse("{\"dangling\":[\"1\"]}").bool("dangling")).contains(true);
    assertThat(parse("{\"dangling\":{\"false\":true}}").bool("dangling")).contains(false);
    assertThatThrownBy(() -> parse("{\"dangling\":[\"yes\"]}").bool("dangling"))
        .hasMessage("invalid filter 'dangling=[yes]'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "busybox|busybox|true",
        "busy*|busybox|true",
        "*|a/b|false",
        "*/*|a/b|true",
        "busybo?|busybox|true",
        "[a-c]usybox|busybox|true",
        "[^b]usybox|busybox|false",
        "a.b|axb|false"
      })
  void aReferencePatternIsAShellsGlob(String pattern, String name, boolean matches) {
    assertThat(ImageFilter.glob(pattern).matcher(name).matches()).isEqualTo(matches);
  }

  @Property(tries = 500)
  void anyTextIsReadOrRefused(@ForAll String text) {
    try {
      parse(text);
      ImageFilter.glob(text);
    } catch (Refusal refusal) {
      assertThat(refusal.getMessage()).startsWith("invalid ");
    }
  }

  @Property(tries = 300)
  void anyNamePatternIsHarmless(@ForAll String pattern) {
    new Filters(Map.of("name", java.util.List.of(pattern))).matches("name", "/web", "web");
  }
}
