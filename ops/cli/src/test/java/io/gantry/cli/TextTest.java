package io.gantry.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TextTest {
  @Test
  void durationsAreToldInTheirLargestUnit() {
    assertThat(Text.about(Duration.ofSeconds(1))).isEqualTo("1 second");
    assertThat(Text.about(Duration.ofSeconds(3599))).isEqualTo("59 minutes");
    assertThat(Text.about(Duration.ofHours(47))).isEqualTo("47 hours");
    assertThat(Text.about(Duration.ofDays(13))).isEqualTo("13 days");
    assertThat(Text.about(Duration.ofDays(59))).isEqualTo("8 weeks");
    assertThat(Text.about(Duration.ofDays(800))).isEqualTo("2 years");
    assertThat(Text.about(Duration.ofSeconds(-5))).isEqualTo("0 seconds");
  }

  @Test
  void sizesHaveThreeDigits() {
    assertThat(Text.size(0)).isEqualTo("0B");
    assertThat(Text.size(4_030_000)).isEqualTo("4.03MB");
    assertThat(Text.size(77_800_000)).isEqualTo("77.8MB");
    assertThat(Text.size(206_000_000)).isEqualTo("206MB");
  }

  @Test
  void sizesAreReadInPowersOf1024() {
    assertThat(SizeOption.parse("512m")).isEqualTo(512L << 20);
    assertThat(SizeOption.parse("1.5G")).isEqualTo(3L << 29);
    assertThat(SizeOption.parse("4096")).isEqualTo(4096);
    assertThat(SizeOption.parse("64MiB")).isEqualTo(64L << 20);
    assertThatThrownBy(() -> SizeOption.parse("much")).hasMessageContaining("not a size");
  }

  @Test
  void timesAreReadInTheirForms() {
    assertThat(TimeOption.parse("1795262400.5"))
        .isEqualTo(Instant.ofEpochSecond(1795262400L, 500_000_000));
    assertThat(TimeOption.parse("2026-11-21T12:00:00Z"))
        .isEqualTo(Instant.parse("2026-11-21T12:00:00Z"));
    assertThat(TimeOption.parse("2026-11-21T13:00:00+01:00"))
        .isEqualTo(Instant.parse("2026-11-21T12:00:00Z"));
    assertThat(TimeOption.parse("1h30m"))
        .isBetween(
            Instant.now().minus(Duration.ofMinutes(91)),
            Instant.now().minus(Duration.ofMinutes(89)));
    assertThatThrownBy(() -> TimeOption.parse("soon")).hasMessageContaining("not a time: \"soon\"");
  }
}
