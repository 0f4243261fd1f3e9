package io.gantry.agent.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.ContainerId;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What every {@link Cgroups} does. */
abstract class CgroupsContract {
  final ContainerId id = ContainerId.random();

  abstract Cgroups cgroups();

  /** Puts one process into the container's group, as a runtime does, and returns its pid. */
  abstract long run(ContainerId container) throws IOException;

  @Test
  void pathEndsWithTheIdUnderTheParent() {
    assertThat(cgroups().path(id, "/docker")).isEqualTo("/docker/" + id);
    assertThat(cgroups().path(id, "")).matches("/[^/]+/" + id);
  }

  @Test
  void processesAndCountersAreThoseOfTheGroup() throws Exception {
    var pid = run(id);
    assertThat(cgroups().processes(id)).containsExactly(pid);
    assertThat(cgroups().read(id).pids()).isEqualTo(1);
    assertThat(cgroups().present()).contains(id);
  }

  @Test
  void groupThatIsNotThereHasNoProcessesAndNoCounters() throws Exception {
    assertThat(cgroups().processes(id)).isEmpty();
    var stats = cgroups().read(id);
    assertThat(stats.pids()).isZero();
    assertThat(stats.cpu().totalNanos()).isZero();
    assertThat(stats.memory().usage()).isZero();
    assertThat(cgroups().present()).doesNotContain(id);
  }

  @Test
  void freezingAndThawingMayBeRepeated() throws Exception {
    run(id);
    cgroups().freeze(id);
    cgroups().freeze(id);
    cgroups().thaw(id);
    cgroups().thaw(id);
    assertThat(cgroups().processes(id)).hasSize(1);
  }

  @Test
  void nothingStandsStillOfWhatIsNotThere() throws Exception {
    cgroups().thaw(id);
    assertThat(cgroups().present()).doesNotContain(id);
  }

  @Test
  void freezingWhatIsNotThereIsRefused() {
    assertThatThrownBy(() -> cgroups().freeze(id))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(id.value());
  }

  @Test
  void removedGroupIsGoneWithItsProcessesEvenWhenFrozen() throws Exception {
    run(id);
    cgroups().freeze(id);
    cgroups().remove(id);
    cgroups().remove(id);
    assertThat(cgroups().processes(id)).isEmpty();
    assertThat(cgroups().present()).doesNotContain(id);
  }
}
