package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The state directory is on a small file system that fills up. */
@Tag("host")
class FullDiskE2E {
  private TempHost host;
  private AgentProcess agent;

  @BeforeEach
  void startAgentOnASmallDisk() throws IOException {
    host = TempHost.create();
    host.useSmallDisk("200m");
    agent = AgentProcess.start(host);
    Busybox.importInto(host);
  }

  @AfterEach
  void stopAgent() {
    try (var _ = host;
        var _ = agent) {
      // Closed in this order: the agent, then its host.
    }
  }

  @Test
  void aFullDiskIsSaidAndWhenThereIsRoomAgainAllWorks() throws Exception {
    var api = new DockerApi(host.dockerSocket());
    create(api, "before").succeeded();
    var ballast = host.state().resolve("ballast");
    Command.run(List.of("dd", "if=/dev/zero", "of=" + ballast, "bs=4k"));

    var refusals = 0;
    for (var attempt = 0; attempt < 20; attempt++) {
      var answer = create(api, "full" + attempt);
      if (answer.status() != 201) {
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.text()).containsAnyOf("no space left on device", "could not be recorded");
        refusals++;
      }
    }
    assertThat(refusals).isPositive();
    assertThat(api.get("/containers/before/json").status()).isEqualTo(200);

    Files.delete(ballast);
    Eventually.holds(
        Duration.ofSeconds(20), () -> assertThat(create(api, "after").status()).isIn(201, 409));
    api.post("/containers/after/start", "").succeeded();
    assertThat(api.post("/containers/after/wait", "").text()).contains("\"StatusCode\":0");

    agent.kill();
    agent = AgentProcess.start(host);
    assertThat(api.get("/containers/before/json").status()).isEqualTo(200);
    assertThat(api.get("/containers/after/json").status()).isEqualTo(200);
  }

  private static DockerApi.Answer create(DockerApi api, String name) throws IOException {
    var spec =
        "{\"Image\":\"%s\",\"Cmd\":[\"true\"],\"HostConfig\":{\"NetworkMode\":\"none\"}}"
            .formatted(Busybox.IMAGE);
    return api.post("/containers/create?name=" + name, spec);
  }
}
