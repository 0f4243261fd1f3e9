package io.gantry.cluster.membership.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TryingTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void eachFailureDoublesThePauseUpToABoundAndSuccessEndsIt() {
    var pauses = new ArrayList<Long>();
    var trying = Trying.WORKS;
    for (var failure = 0; failure < 7; failure++) {
      trying = trying.failed("the port is taken");
      pauses.add(trying.pause(SECOND).toSeconds());
    }
    assertThat(pauses).isEqualTo(List.of(1L, 2L, 4L, 8L, 10L, 10L, 10L));
    assertThat(Trying.WORKS.pause(SECOND)).isEqualTo(SECOND);
  }

  @Test
  void aPauseIsNeverShorterThanTheUsualOneAndDoesNotOverflow() {
    assertThat(new Trying(1_000_000, "it fails").pause(Duration.ofMinutes(1)))
        .isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void theSameReasonIsNewsOnceAndAnotherOneAndTheEndOfItAreNewsAgain() {
    var first = Trying.WORKS.failed("the port is taken");
    var second = first.failed("the port is taken");
    var third = second.failed("there is no such address");
    assertThat(first.isNewsAfter(Trying.WORKS)).isTrue();
    assertThat(second.isNewsAfter(first)).isFalse();
    assertThat(third.isNewsAfter(second)).isTrue();
    assertThat(Trying.WORKS.isNewsAfter(third)).isTrue();
    assertThat(Trying.WORKS.isNewsAfter(Trying.WORKS)).isFalse();
  }
}
