package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.ops.AgentName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The end of every end-to-end test: nothing stays, and what Gantry let go of is said. */
@Tag("host")
class TempHostE2E {
  private final TempHost host = TempHost.create();

  @Test
  void containersOfAnAgentThatWasKilledDoNotOutliveItsHost() throws IOException {
    var agent = AgentProcess.start(host);
    Busybox.importInto(host);
    var api = new DockerApi(host.dockerSocket());
    var sleeper =
        "{\"Image\":\"%s\",\"Cmd\":[\"sleep\",\"10000\"],\"HostConfig\":{\"NetworkMode\":\"bridge\"}}"
            .formatted(Busybox.IMAGE);
    api.post("/containers/create?name=sleeper", sleeper).succeeded();
    api.post("/containers/sleeper/start", "").succeeded();
    agent.kill();
    assertThat(new Leftovers(host).processes()).anyMatch(line -> line.contains("sleep 10000"));

    host.close();

    assertThat(new Leftovers(host).processes()).isEmpty();
    assertThat(host.directory()).doesNotExist();
  }

  @Test
  void aLeakFailsTheTestAndIsTakenAway() throws IOException {
    AgentProcess.start(host).close();
    var group = Path.of("/sys/fs/cgroup/pids" + AgentName.of(host.state()).cgroup() + "/lost");
    Files.createDirectories(group);
    var disk = Files.createDirectories(host.run().resolve("lost"));
    Command.run(List.of("mount", "-t", "tmpfs", "lost", disk.toString())).succeeded();

    assertThatThrownBy(host::close)
        .hasMessageContaining("Gantry left mount " + disk)
        .hasMessageContaining("Gantry left control group " + group)
        .hasMessageContaining("the agent's log:");

    assertThat(new Leftovers(host).mounts()).isEmpty();
    assertThat(group.getParent()).doesNotExist();
    assertThat(host.directory()).doesNotExist();
  }
}
