package io.gantry.agent.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.fake.InMemoryCgroups;
import org.junit.jupiter.api.Test;

class InMemoryCgroupsTest extends CgroupsContract {
  private final InMemoryCgroups cgroups = new InMemoryCgroups();

  @Override
  Cgroups cgroups() {
    return cgroups;
  }

  @Override
  long run(ContainerId container) {
    cgroups.run(container, 42L);
    return 42;
  }

  @Test
  void failsOnceWhenTold() throws Exception {
    cgroups.run(id, 1L);
    cgroups.faults.failNext("frozen solid");
    assertThatThrownBy(() -> cgroups.freeze(id)).hasMessage("frozen solid");
    cgroups.freeze(id);
    assertThat(cgroups.frozen(id)).isTrue();
  }
}
