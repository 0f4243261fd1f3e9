package io.gantry.cluster.membership.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RefusalLimitTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  private final RefusalLimit limit = new RefusalLimit();

  @Test
  void theFirstOfAKindIsRecordedAndTheNextAMinuteLaterWithHowManyCameBetween() {
    assertThat(limit.record("10.0.0.9:4711", "wrong token", NOON)).isEqualTo(OptionalInt.of(0));
    assertThat(limit.record("10.0.0.9:4712", "wrong token", NOON.plusSeconds(1))).isEmpty();
    assertThat(limit.record("10.0.0.9:4713", "wrong token", NOON.plusSeconds(59))).isEmpty();
    assertThat(limit.record("10.0.0.9:4714", "wrong token", NOON.plusSeconds(60)))
        .isEqualTo(OptionalInt.of(2));
  }

  @Test
  void otherHostsAndOtherReasonsAreOfTheirOwnKind() {
    limit.record("10.0.0.9:1", "wrong token", NOON);
    assertThat(limit.record("10.0.0.8:1", "wrong token", NOON)).isPresent();
    assertThat(limit.record("10.0.0.9:1", "no certificate", NOON)).isPresent();
  }

  @Test
  void manyKindsDoNotFillTheMemory() {
    for (var number = 0; number < 100_000; number++) {
      assertThat(limit.record("10.0.0.9:1", "reason " + number, NOON)).isPresent();
    }
  }
}
