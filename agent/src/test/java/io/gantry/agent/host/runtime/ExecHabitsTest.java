package io.gantry.agent.host.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.ContainerId;
import io.gantry.protocol.v1.ExecSpec;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ExecHabitsTest {
  private static final ContainerId ID = ContainerId.random();
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final ExecSpec SPEC =
      ExecSpec.newBuilder().addCommand("true").setAttachStdout(true).build();
  private static final ExecHabits.Spare SPARE = new ExecHabits.Spare("one", SPEC);

  private final ExecHabits habits = new ExecHabits(Duration.ofSeconds(5));

  @Test
  void theFirstAndThoseLongAfterLeaveNoSpare() {
    assertThat(habits.expect(ID, habits.started(ID, 0), SPARE)).isFalse();
    assertThat(habits.expect(ID, habits.started(ID, 5 * SECOND), SPARE)).isFalse();
    assertThat(habits.expect(ContainerId.random(), habits.started(ID, 6 * SECOND), SPARE))
        .isFalse();
    assertThat(habits.take(ID, SPEC)).isEmpty();
  }

  @Test
  void theSecondInShortOrderLeavesOneWhichOneTakes() {
    expected();

    assertThat(habits.take(ID, SPEC.toBuilder().setCommand(0, "false").build())).contains(SPARE);
    assertThat(habits.take(ID, SPEC)).isEmpty();
  }

  @Test
  void oneWithOtherStdioIsNotTaken() {
    expected();

    assertThat(habits.take(ID, SPEC.toBuilder().setTty(true).build())).isEmpty();
    assertThat(habits.take(ID, SPEC.toBuilder().setAttachStdin(true).build())).isEmpty();
    assertThat(habits.take(ID, SPEC.toBuilder().clearAttachStdout().build())).isEmpty();
    assertThat(habits.take(ID, SPEC.toBuilder().setAttachStderr(true).build())).contains(SPARE);
  }

  @Test
  void oneIsEnough() {
    expected();
    var another = new ExecHabits.Spare("another", SPEC);

    assertThat(habits.expect(ID, habits.started(ID, 2 * SECOND), another)).isFalse();
    assertThat(habits.take(ID, SPEC)).contains(SPARE);
  }

  @Test
  void ofExecsSideBySideTheLastLeavesIt() {
    habits.started(ID, 0);
    var second = habits.started(ID, SECOND);
    var third = habits.started(ID, SECOND + 1);

    assertThat(habits.expect(ID, second, SPARE)).isFalse();
    assertThat(habits.expect(ID, third, SPARE)).isTrue();
  }

  @Test
  void whatIsLostIsNotTaken() {
    expected();
    habits.lost(ID, "another");
    habits.lost(ContainerId.random(), "one");
    habits.lost(ID, "one");

    assertThat(habits.take(ID, SPEC)).isEmpty();
    assertThat(habits.expect(ID, habits.started(ID, 3 * SECOND), SPARE)).isTrue();
  }

  @Test
  void anExecOfTheRunBeforeLeavesNoSpareToThisOne() {
    habits.started(ID, 0);
    var second = habits.started(ID, SECOND);
    assertThat(habits.forget(ID)).isEmpty();

    assertThat(habits.expect(ID, second, SPARE)).isFalse();
    expected();
    assertThat(habits.forget(ID)).contains(SPARE);
    assertThat(habits.take(ID, SPEC)).isEmpty();
  }

  private void expected() {
    habits.started(ID, SECOND);
    assertThat(habits.expect(ID, habits.started(ID, 2 * SECOND), SPARE)).isTrue();
  }
}
