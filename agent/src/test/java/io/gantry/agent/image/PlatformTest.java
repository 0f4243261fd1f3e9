package io.gantry.agent.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTest {
  @ParameterizedTest
  @CsvSource({
    "linux/amd64,linux/amd64",
    "Linux/ARM64/v8,linux/arm64/v8",
    "windows/amd64,windows/amd64",
    "x86_64,linux/amd64",
    "s390x,linux/s390x",
    "armhf,linux/arm/v7"
  })
  void isReadAsItIsWritten(String text, String platform) throws BadImage {
    assertThat(Platform.parse(text)).hasToString(platform);
  }

  @Test
  void aSystemAloneIsThisHostsArchitecture() throws BadImage {
    assertThat(Platform.parse("linux")).isEqualTo(Platform.host());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a/b/c/d | "a/b/c/d": cannot parse platform specifier: invalid argument
          nosuch  | "nosuch": unknown operating system or architecture: invalid argument
          linux/  | "" is an invalid component of "linux/": platform specifier component must match "^[A-Za-z0-9_.-]+$": invalid argument
          a b/c   | "a b" is an invalid component of "a b/c": platform specifier component must match "^[A-Za-z0-9_.-]+$": invalid argument
          """)
  void whatIsNoneIsSaidInTheToolsWords(String text, String message) {
    assertThatThrownBy(() -> Platform.parse(text)).isInstanceOf(BadImage.class).hasMessage(message);
  }
}
