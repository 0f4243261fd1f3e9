package io.gantry.agent.host.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What crun says, in the words that clients know from runc. */
class RuntimeWordsTest {
  private static final String EXEC =
      "OCI runtime exec failed: exec failed: unable to start container process: ";

  @Test
  void aWorkingDirectoryThatIsNotThereIsNamed() {
    assertThat(exec("chdir `/nowhere`: No such file or directory"))
        .isEqualTo(
            EXEC
                + "chdir to cwd (\"/nowhere\") set in config.json failed: no such file or"
                + " directory: unknown");
  }

  @Test
  void aProgramThatIsNotThereIsNamed() {
    assertThat(exec("executable file `nothere` not found in $PATH: No such file or directory"))
        .isEqualTo(EXEC + "exec: \"nothere\": executable file not found in $PATH: unknown");
  }

  @Test
  void theLastErrorOfALogCounts() {
    assertThat(
            exec(
                "time=\"x\" level=warning msg=\"first\"\n"
                    + "time=\"x\" level=error msg=\"a \\\"b\\\"\""))
        .isEqualTo(EXEC + "a \"b\": unknown");
  }

  private static String exec(String output) {
    return RuntimeWords.refusal("crun", "exec", output, "nothere");
  }
}
