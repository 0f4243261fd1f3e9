package io.gantry.agent.build.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IgnoreRulesTest {
  @ParameterizedTest
  @CsvSource({
    "*.o,         a.o,       true",
    "*.o,         d/a.o,     false",
    "**/*.o,      d/e/a.o,   true",
    "**/*.o,      a.o,       true",
    "**.o,        d/a.o,     true",
    "d,           d/e/f,     true",
    "/d/,         d,         true",
    "d/**,        d/e/f,     true",
    "d/**,        d,         false",
    "**,          anything,  true",
    "d/**/f,      d/f,       true",
    "d/**/f,      d/a/b/f,   true",
    "a?c,         abc,       true",
    "a?c,         ac,        false",
    "[a-c]x,      bx,        true",
    "[^a-c]x,     bx,        false",
    "./a/../b,    b,         true",
    "\\*x,        *x,        true",
    "\\*x,        yx,        false"
  })
  void patternsMatchAsDockersDo(String pattern, String path, boolean out) throws SyntaxError {
    assertThat(IgnoreRules.parse(pattern).leavesOut(path)).isEqualTo(out);
  }

  @Test
  void theLastRuleThatMatchesDecides() throws SyntaxError {
    var rules = IgnoreRules.parse("# comment\n\n*.md\n!README*.md\nREADME-secret.md\n");
    assertThat(rules.leavesOut("x.md")).isTrue();
    assertThat(rules.leavesOut("README.md")).isFalse();
    assertThat(rules.leavesOut("README-secret.md")).isTrue();
    assertThat(rules.hasExceptions()).isTrue();
  }

  @Test
  void anExceptionBelowADirectoryThatIsLeftOutHolds() throws SyntaxError {
    var rules = IgnoreRules.parse("d\n!d/keep\n");
    assertThat(rules.leavesOut("d/other")).isTrue();
    assertThat(rules.leavesOut("d/keep")).isFalse();
    assertThat(rules.leavesOut("d/keep/below")).isFalse();
  }

  @Test
  void anExceptionFromNothingIsRefused() {
    assertThatThrownBy(() -> IgnoreRules.parse("!")).hasMessage("illegal exclusion pattern: \"!\"");
  }
}
