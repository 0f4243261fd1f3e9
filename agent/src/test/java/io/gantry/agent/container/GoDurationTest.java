package io.gantry.agent.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoDurationTest {
  @ParameterizedTest
  @CsvSource({
    "PT0S, 0s",
    "PT0.000000007S, 7ns",
    "PT0.0000015S, 1.5µs",
    "PT0.3S, 300ms",
    "PT0.0015S, 1.5ms",
    "PT30S, 30s",
    "PT1.5S, 1.5s",
    "PT1M30S, 1m30s",
    "PT10M, 10m0s",
    "PT1H, 1h0m0s",
    "PT25H2M0.25S, 25h2m0.25s"
  })
  void lengthsReadAsInGo(Duration length, String text) {
    assertThat(GoDuration.text(length)).isEqualTo(text);
  }
}
