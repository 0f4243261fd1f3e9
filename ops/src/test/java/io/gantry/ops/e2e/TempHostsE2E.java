package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The ground on which tests of a cluster stand. */
@Tag("host")
class TempHostsE2E {
  @Test
  void hostsHearEachOtherUntilTheyAreCutAndAgainWhenTheyHeal() {
    try (var hosts = TempHosts.start(2)) {
      assertThat(hosts.docker(2).run("info", "-f", "{{.Name}}").succeeded()).contains("h2");
      assertThat(hears(hosts)).isTrue();
      hosts.cut(2);
      assertThat(hears(hosts)).isFalse();
      hosts.heal();
      assertThat(hears(hosts)).isTrue();
    }
  }

  /** Whether host 1 hears from host 2 that nobody listens there, which only host 2 itself says. */
  private static boolean hears(TempHosts hosts) {
    var call = List.of("curl", "-sS", "--max-time", "1", TempHosts.address(2) + ":9");
    return Command.run(hosts.host(1).inNetwork(call)).exit() == 7;
  }
}
