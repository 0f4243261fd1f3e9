package io.gantry.agent.build.language;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.StringLength;

/** Strangers' text: it is understood or refused, and that soon. */
class DockerfileProperties {
  @Property(tries = 2000)
  void anyTextIsUnderstoodOrRefused(@ForAll @StringLength(max = 300) String text) {
    parse(text);
  }

  @Property(tries = 5000)
  void whatNearlyIsADockerfileIsUnderstoodOrRefused(@ForAll("nearly") String text) {
    parse(text);
  }

  private static void parse(String text) {
    try {
      var file = Dockerfile.parse(text);
      assertThat(file.stages()).isNotEmpty();
      file.excerpt("Dockerfile", 1, 3);
    } catch (SyntaxError refused) {
      assertThat(refused.message()).isNotEmpty();
      Excerpt.of(text, "Dockerfile", refused);
    }
  }

  @Property(tries = 5000)
  void anyWordIsExpandedOrRefused(@ForAll("words") String word, @ForAll String value) {
    var variables =
        new Variables('\\', name -> name.equals("a") ? Optional.of(value) : Optional.empty());
    try {
      assertThat(variables.expand(word).length()).isLessThanOrEqualTo(Variables.LONGEST);
      variables.expandDocument(word);
    } catch (Malformed refused) {
      assertThat(refused.reason()).isNotEmpty();
    }
  }

  @Property(tries = 2000)
  void patternsMatchWithoutEnd(@ForAll("globs") String pattern, @ForAll("paths") String path)
      throws SyntaxError {
    IgnoreRules.of(List.of("x" + pattern)).leavesOut(path);
    assertThat(PathPattern.of("**").matches(path)).isTrue();
  }

  @Property(tries = 200)
  void aPatternOfManyStarsIsSoonDone(@ForAll("stars") String pattern) throws Malformed {
    assertThat(PathPattern.matches(pattern + "b", "a".repeat(2000))).isFalse();
    assertThat(new ShellPattern(pattern + "b", '\\').withoutPrefix("a".repeat(500), true))
        .hasSize(500);
  }

  @Provide
  Arbitrary<String> stars() {
    return Arbitraries.of("*a", "*", "a*")
        .list()
        .ofMinSize(1)
        .ofMaxSize(40)
        .map(all -> String.join("", all));
  }

  @Provide
  Arbitrary<String> nearly() {
    return Arbitraries.of(
            "FROM ",
            "RUN ",
            "COPY ",
            "ADD ",
            "ENV ",
            "ARG ",
            "LABEL ",
            "ONBUILD ",
            "HEALTHCHECK ",
            "CMD ",
            "SHELL ",
            "EXPOSE ",
            "VOLUME ",
            "--from=",
            "--mount=",
            "type=cache,",
            "--",
            "a",
            "b c",
            "=",
            "\\",
            "\n",
            "\r\n",
            "#",
            "# escape=`\n",
            "`",
            "\"",
            "'",
            "[\"x\"]",
            "[",
            "<<EOF",
            "EOF",
            "<<-",
            "$",
            "${",
            "}",
            ":-",
            " ",
            "\t",
            "\u0000",
            "\uFEFF",
            "é",
            "scratch",
            " AS x")
        .list()
        .ofMaxSize(40)
        .map(all -> String.join("", all));
  }

  @Provide
  Arbitrary<String> words() {
    return Arbitraries.of(
            "$a", "${a", "${a}", "}", ":-", ":+", ":?", "#", "##", "%", "%%", "/", "//", "*", "?",
            "\\", "'", "\"", "a", " ", "$", "{", "\n", "é")
        .list()
        .ofMaxSize(30)
        .map(all -> String.join("", all));
  }

  @Provide
  Arbitrary<String> globs() {
    return Arbitraries.of("*", "**", "?", "[", "]", "^", "-", "a", "/", "\\", ".", "..", "!")
        .list()
        .ofMaxSize(30)
        .map(all -> String.join("", all));
  }

  @Provide
  Arbitrary<String> paths() {
    return Arbitraries.of("a", "b.c", "*", "[x]", "é")
        .list()
        .ofMinSize(1)
        .ofMaxSize(12)
        .map(all -> String.join("/", all));
  }
}
