package io.gantry.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.ContainerId;
import io.gantry.agent.Outcome;
import io.gantry.agent.host.Cgroups;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.ContainerSpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ModesTest {
  @ParameterizedTest
  @CsvSource({
    "V1, '', false, host",
    "HYBRID, '', false, host",
    "V2, '', false, private",
    "V2, '', true, host",
    "V1, private, true, private",
    "V2, host, false, host"
  })
  void controlGroupsAreTheHostsButWithVersionTwo(
      Cgroups.Mode cgroups, String asked, boolean privileged, String shown)
      throws MountPlan.Refused {
    var spec = ContainerSpec.newBuilder();
    spec.getSecurityBuilder().setCgroupnsMode(asked).setPrivileged(privileged);
    var resolved =
        Modes.resolved(
            spec.build(),
            ContainerId.random(),
            cgroups,
            name -> Outcome.refused(ErrorKind.NOT_FOUND, "No such container: " + name));
    assertThat(resolved.getSecurity().getCgroupnsMode()).isEqualTo(shown);
  }
}
