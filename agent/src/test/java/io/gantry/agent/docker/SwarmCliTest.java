package io.gantry.agent.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stock {@code docker} command's swarm, node, service and stack, on a cluster in memory. */
class SwarmCliTest {
  @TempDir private Path directory;
  private ApiServer server;

  private record Ran(int code, String out, String err) {}

  @BeforeEach
  void start() {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(":"))
            .anyMatch(one -> Files.isExecutable(Path.of(one, "docker"))),
        "no docker command on PATH");
    server = new ApiServer();
  }

  @AfterEach
  void end() throws IOException {
    if (server != null) {
      server.close();
    }
  }

  private Ran docker(String... arguments) {
    var command = new ArrayList<>(List.of("docker", "--host", "unix://" + server.socket()));
    command.addAll(List.of("--config", directory.toString()));
    command.addAll(List.of(arguments));
    var out = directory.resolve("out");
    var err = directory.resolve("err");
    try {
      var process =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      process.getOutputStream().close();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).as(command.toString()).isTrue();
      return new Ran(process.exitValue(), Files.readString(out), Files.readString(err));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private String out(String... arguments) {
    var ran = docker(arguments);
    assertThat(ran.code()).as(String.join(" ", arguments) + ": " + ran.err()).isZero();
    return ran.out();
  }

  private String err(String... arguments) {
    var ran = docker(arguments);
    assertThat(ran.code()).as(String.join(" ", arguments)).isNotZero();
    return ran.err();
  }

  @Test
  void aSwarmIsMadeShownAndLeft() {
    assertThat(err("service", "ls")).contains("This node is not a swarm manager");
    assertThat(out("swarm", "init", "--advertise-addr", "10.0.0.1"))
        .contains("is now a manager")
        .contains("docker swarm join --token token-1 10.0.0.1:4280");
    assertThat(err("swarm", "init")).contains("This node is already part of a swarm");
    assertThat(out("swarm", "join-token", "worker"))
        .contains("docker swarm join --token token-1 10.0.0.1:4280");
    assertThat(out("swarm", "join-token", "-q", "--rotate", "manager")).isEqualTo("token-2\n");
    assertThat(err("swarm", "unlock-key")).contains("no unlock key is set");
    assertThat(err("swarm", "update", "--task-history-limit", "3"))
        .contains("Orchestration.TaskHistoryRetentionLimit cannot be changed: it is 5");
    assertThat(out("info")).contains("Swarm: active", "Is Manager: true", "Nodes: 3");
    assertThat(out("swarm", "leave")).isEqualTo("Node left the swarm.\n");
  }

  @Test
  void aServiceLivesThroughTheCommandLine() {
    out("swarm", "init");
    out(
        "service",
        "create",
        "--detach",
        "--no-resolve-image",
        "--name",
        "web",
        "--replicas",
        "2",
        "-e",
        "A=1",
        "--mount",
        "type=volume,src=v,dst=/v",
        "--constraint",
        "node.hostname!=h9",
        "--limit-memory",
        "64m",
        "--reserve-cpu",
        "0.1",
        "--restart-condition",
        "on-failure",
        "--host",
        "db:10.0.0.9",
        "--cap-add",
        "NET_ADMIN",
        "--publish",
        "mode=host,target=80,published=8080",
        "busybox",
        "sleep",
        "9");
    assertThat(out("service", "ls", "--format", "{{.Name}} {{.Mode}} {{.Replicas}} {{.Image}}"))
        .isEqualTo("web replicated 2/2 busybox:latest\n");
    assertThat(out("service", "ps", "--format", "{{.Name}} {{.Node}} {{.DesiredState}}", "web"))
        .isEqualTo("web.1 h1 Running\nweb.2 h2 Running\n");
    assertThat(out("service", "inspect", "--pretty", "web"))
        .contains("Service Mode:\tReplicated", "Args:\t\tsleep 9", "Env:\t\tA=1")
        .contains("Constraints:\t[node.hostname!=h9]", "Memory:\t64MiB", "PublishedPort = 8080");
    assertThat(out("service", "scale", "--detach", "web=3")).contains("web scaled to 3");
    assertThat(out("service", "update", "--detach", "--env-add", "B=2", "web")).isEqualTo("web\n");
    assertThat(out("service", "inspect", "-f", "{{.Spec.TaskTemplate.ContainerSpec.Env}}", "web"))
        .isIn("[A=1 B=2]\n", "[B=2 A=1]\n"); // the client's own order
    assertThat(out("service", "ps", "--filter", "desired-state=shutdown", "-q", "web").lines())
        .hasSize(3);
    assertThat(out("service", "rollback", "--detach", "web")).contains("web");
    assertThat(out("service", "inspect", "-f", "{{.Spec.TaskTemplate.ContainerSpec.Env}}", "web"))
        .isEqualTo("[A=1]\n");
    assertThat(out("service", "logs", "web").lines())
        .anyMatch(line -> line.matches("web\\.1\\.task[0-9]+@h1 +\\| out of 1"));
    assertThat(out("service", "rm", "web")).isEqualTo("web\n");
    assertThat(err("service", "inspect", "web")).contains("no such service: web");
  }

  @Test
  void aCreateWaitsUntilTheReplicasStay() {
    out("swarm", "init");
    var ran =
        docker(
            "service",
            "create",
            "--no-resolve-image",
            "--name",
            "g",
            "--mode",
            "global",
            "--update-monitor",
            "1s",
            "busybox",
            "sleep",
            "9");
    assertThat(ran.out()).contains("converged");
    assertThat(err("service", "create", "--name", "g", "--no-resolve-image", "busybox"))
        .contains("name conflicts with an existing object: service g already exists");
    assertThat(err("service", "scale", "g=2"))
        .contains("scale can only be used with replicated or replicated-job mode");
    assertThat(err("service", "create", "-p", "80:80", "--no-resolve-image", "busybox"))
        .contains("port 80 cannot be published as 80 on all hosts (mode ingress)");
    assertThat(err("service", "create", "--mode", "replicated-job", "busybox"))
        .contains("jobs (mode replicated-job and global-job) are not supported");
  }

  @Test
  void nodesAreListedDrainedAndPaused() {
    out("swarm", "init");
    assertThat(out("node", "ls", "--format", "{{.Hostname}} {{.Status}} {{.Availability}}"))
        .isEqualTo("h1 Ready Active\nh2 Ready Active\nh3 Ready Active\n");
    assertThat(out("node", "update", "--availability", "drain", "h2")).isEqualTo("h2\n");
    assertThat(out("node", "update", "--label-add", "dc=a", "h2")).isEqualTo("h2\n");
    assertThat(out("node", "inspect", "-f", "{{.Spec.Availability}} {{.Spec.Labels}}", "h2"))
        .isEqualTo("drain map[dc:a]\n");
    assertThat(out("node", "inspect", "--pretty", "self")).contains("Hostname:", "Leader:");
    assertThat(err("node", "rm", "h2")).contains("is not down and can't be removed");
    assertThat(err("node", "update", "--role", "worker", "h2")).contains("cannot become a worker");
    assertThat(err("node", "inspect", "nope")).contains("node nope not found");
    assertThat(out("node", "ps", "self").lines()).hasSize(1);
  }

  @Test
  void aStackIsDeployedOnANetworkThatEachHostHas() throws IOException {
    out("swarm", "init");
    var file = directory.resolve("stack.yml");
    Files.writeString(
        file,
        """
        services:
          web:
            image: busybox
            command: sleep 9
            deploy: {replicas: 2}
            networks: [default]
        networks:
          default: {name: bridge, external: true}
        """,
        StandardCharsets.UTF_8);
    assertThat(
            out(
                "stack",
                "deploy",
                "--detach=true",
                "--resolve-image",
                "never",
                "-c",
                file.toString(),
                "st"))
        .contains("Creating service st_web");
    assertThat(out("stack", "ls", "--format", "{{.Name}} {{.Services}}")).isEqualTo("st 1\n");
    assertThat(out("stack", "services", "--format", "{{.Name}} {{.Replicas}}", "st"))
        .isEqualTo("st_web 2/2\n");
    assertThat(out("stack", "ps", "-q", "st").lines()).hasSize(2);
    assertThat(out("stack", "rm", "st")).contains("Removing service st_web");
    Files.writeString(file, "services: {web: {image: busybox}}\n", StandardCharsets.UTF_8);
    assertThat(err("stack", "deploy", "--detach=true", "-c", file.toString(), "st"))
        .contains("cannot create network st_default: networks over several hosts");
  }
}
