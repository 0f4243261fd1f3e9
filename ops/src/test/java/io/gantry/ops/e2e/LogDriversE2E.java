package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Log drivers and their options, as Docker's command line sees them. */
@Tag("host")
class LogDriversE2E {
  private static final String IMAGE = Busybox.IMAGE;

  private static TempHost host;
  private static AgentProcess agent;
  private static DockerCli docker;

  @BeforeAll
  static void startAgent() throws IOException {
    assumeTrue(DockerCli.installed(), "docker's command line is not installed");
    host = TempHost.create();
    agent = AgentProcess.start(host);
    docker = new DockerCli(host);
    Busybox.importInto(host);
  }

  @AfterAll
  static void stopAgent() {
    try (var _ = host;
        var _ = agent) {
      // Closed in this order: the agent, then its host; neither if the start failed before it.
    }
  }

  @Test
  void aRotatedLogIsReadWholeAndInOrder() {
    // About 60 bytes a line in the file: several rotations, none of which drops a file.
    var lines = 4000;
    var id = counting(lines, "--log-opt", "max-size=30k", "--log-opt", "max-file=50");
    docker.run("wait", id).succeeded();
    assertThat(docker.run("logs", id).succeeded().lines())
        .containsExactlyElementsOf(IntStream.range(0, lines).mapToObj(Integer::toString).toList());
    assertThat(docker.run("logs", "-n", "3", id).succeeded()).isEqualTo("3997\n3998\n3999\n");
    docker.run("rm", id).succeeded();
  }

  @Test
  void whoFollowsReadsThroughRotations() {
    var lines = 4000;
    var id = counting(lines, "--log-opt", "max-size=30k", "--log-opt", "max-file=50");
    assertThat(docker.run("logs", "-f", id).succeeded().lines())
        .containsExactlyElementsOf(IntStream.range(0, lines).mapToObj(Integer::toString).toList());
    docker.run("rm", id).succeeded();
  }

  @Test
  void theLocalDriverIsReadToo() {
    var id = counting(10, "--log-driver", "local");
    docker.run("wait", id).succeeded();
    assertThat(docker.run("logs", id).succeeded().lines()).hasSize(10);
    docker.run("rm", id).succeeded();
  }

  @Test
  void noLogCannotBeRead() {
    var id = counting(1, "--log-driver", "none");
    docker.run("wait", id).succeeded();
    assertThat(docker.run("logs", id).err())
        .contains("configured logging driver does not support reading");
    docker.run("rm", id).succeeded();
  }

  @Test
  void unknownDriversAndOptionsAreRefused() {
    assertThat(docker.run("create", "--log-driver", "nope", IMAGE, "true").err())
        .contains("logger: no log driver named 'nope' is registered");
    assertThat(docker.run("create", "--log-opt", "foo=1", IMAGE, "true").err())
        .contains("unknown log opt 'foo' for json-file log driver");
  }

  /** Pauses now and then, as a rotation takes place between two lines and not after all of them. */
  private static String counting(int lines, String... options) {
    var words = new ArrayList<>(List.of("run", "-d"));
    words.addAll(List.of(options));
    var script =
        "i=0; while [ $i -lt %d ]; do echo $i; i=$((i+1)); [ $((i %% 250)) = 0 ] && sleep 0.2; done; true"
            .formatted(lines);
    words.addAll(List.of(IMAGE, "sh", "-c", script));
    return docker.run(words.toArray(String[]::new)).succeeded().strip();
  }
}
