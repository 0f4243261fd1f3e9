package io.gantry.agent.build.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VariablesTest {
  private static final Map<String, String> VALUES =
      Map.of("name", "value", "empty", "", "path", "/usr/local/bin", "file", "a.tar.gz");

  private static Variables variables() {
    return new Variables('\\', name -> Optional.ofNullable(VALUES.get(name)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          $name               | value
          ${name}s            | values
          x$nosuch.y          | x.y
          '$name'             | $name
          "$name x"           | value x
          \\$name             | $name
          a\\ b               | a b
          "a\\"b"             | a"b
          "a\\b"              | a\\b
          ${nosuch:-other}    | other
          ${empty:-other}     | other
          ${empty-other}      | ^^
          ${nosuch-other}     | other
          ${name:+yes}        | yes
          ${empty:+yes}       | ^^
          ${empty+yes}        | yes
          ${name:?no}         | value
          ${nosuch:-$name}    | value
          ${nosuch:-${empty:-z}} | z
          ${path#*/}          | usr/local/bin
          ${path##*/}         | bin
          ${path%/*}          | /usr/local
          ${path%%/*}         | ^^
          ${file%.gz}         | a.tar
          ${file/a/b}         | b.tar.gz
          ${path//\\//-}      | -usr-local-bin
          ${file/.*/!}        | a!
          $                   | $
          $.x                 | $.x
          """)
  void wordsAreExpandedAsAShellWould(String word, String expected) throws Malformed {
    assertThat(variables().expand(word)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          ${nosuch:?is missing} | failed to process "${nosuch:?is missing}": nosuch: is missing
          ${empty:?}            | failed to process "${empty:?}": empty: is not allowed to be empty
          ${nosuch?}            | failed to process "${nosuch?}": nosuch: is not allowed to be unset
          ${name                | failed to process "${name": syntax error: missing '}'
          ${name:x}             | failed to process "${name:x}": unsupported modifier (:x) in substitution
          ${name@}              | failed to process "${name@}": unsupported modifier (@) in substitution
          ${}                   | failed to process "${}": syntax error: bad substitution
          'a                    | failed to process "'a": unexpected end of statement while looking for matching single-quote
          "a                    | failed to process "\\"a": unexpected end of statement while looking for matching double-quote
          """)
  void whatCannotBeExpandedIsSaidInDockersWords(String word, String message) {
    assertThatThrownBy(() -> variables().expand(word)).hasMessage(message);
  }

  @Test
  void documentsKeepTheirQuotes() throws Malformed {
    assertThat(variables().expandDocument("it's \"$name\" \\$name \\n\n"))
        .isEqualTo("it's \"value\" $name \\n\n");
  }

  @Test
  void growthHasAnEnd() {
    var large = new Variables('\\', _ -> Optional.of("x".repeat(600_000)));
    assertThatThrownBy(() -> large.expand("$a$a")).hasMessageContaining("longer than");
  }
}
