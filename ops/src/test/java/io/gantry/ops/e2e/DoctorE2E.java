package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.ops.AgentName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code gantry doctor} beside an agent that works: what it finds, and what it does not. */
@Tag("host")
class DoctorE2E {
  private static final Pattern ID = Pattern.compile("\"Id\":\"([0-9a-f]{64})\"");

  private static TempHost host;
  private static AgentProcess agent;
  private static DockerApi api;

  @BeforeAll
  static void startAgent() throws IOException {
    host = TempHost.create();
    agent = AgentProcess.start(host);
    api = new DockerApi(host.dockerSocket());
    Busybox.importInto(host);
  }

  @AfterAll
  static void stopAgent() {
    try (var _ = host;
        var _ = agent) {
      // Closed in this order: the agent, then its host; neither if the start failed before it.
    }
  }

  private static String created(String name, String command) throws IOException {
    var body =
        "{\"Image\":\"%s\",\"Cmd\":[%s],\"HostConfig\":{\"PortBindings\":{\"80/tcp\":[{}]}}}"
            .formatted(Busybox.IMAGE, command);
    var answer = api.post("/containers/create?name=" + name, body).succeeded();
    var id = ID.matcher(answer.text());
    assertThat(id.find()).isTrue();
    return id.group(1);
  }

  private static String ran(String name) throws IOException {
    var id = created(name, "\"true\"");
    api.post("/containers/" + id + "/start", "").succeeded();
    api.post("/containers/" + id + "/wait", "").succeeded();
    return id;
  }

  private static void remove(String id) throws IOException {
    api.delete("/containers/" + id + "?force=1").succeeded();
  }

  private static String name() {
    return AgentName.of(host.state()).prefix();
  }

  @Test
  void containersThatComeAndGoAreNoLeaks() throws IOException {
    var stopped = ran("stopped");
    var running = created("running", "\"sleep\",\"1000\"");
    api.post("/containers/" + running + "/start", "").succeeded();
    var load = new ArrayList<CompletableFuture<Void>>();
    for (var client = 0; client < 4; client++) {
      var number = client;
      load.add(
          CompletableFuture.runAsync(
              () -> {
                try {
                  for (var round = 0; round < 10; round++) {
                    remove(ran("load-%d-%d".formatted(number, round)));
                  }
                } catch (IOException failed) {
                  throw new java.io.UncheckedIOException(failed);
                }
              }));
    }
    do {
      var audit = host.doctor();
      assertThat(audit.exit()).as(audit.out()).isZero();
    } while (!load.stream().allMatch(CompletableFuture::isDone));
    CompletableFuture.allOf(load.toArray(CompletableFuture[]::new)).join();
    remove(stopped);
    remove(running);
  }

  @Test
  void whatAStoppedContainerStillHoldsIsALeak() throws IOException {
    var id = ran("holding");
    var group = Path.of("/sys/fs/cgroup/pids" + AgentName.of(host.state()).cgroup(), id);
    var link = name() + "lost";
    Files.createDirectories(group);
    onHost("ip", "link", "add", link, "type", "veth", "peer", "name", "peer" + link.length());
    onHost("ip", "link", "set", link, "alias", id);
    var monitor = fakeMonitor(id);
    try {
      var audit = host.doctor();
      assertThat(audit.exit()).isEqualTo(1);
      for (var kind : List.of("control group", "link", "monitor of an exec")) {
        assertThat(audit.out())
            .contains(
                "LEAK  %s of container %s is kept although it does not run".formatted(kind, id));
      }
      assertThat(audit.out())
          .contains("LEAK  monitor without a process of container %s has nothing".formatted(id));
    } finally {
      monitor.destroyForcibly().onExit().join();
      onHost("ip", "link", "del", link);
      Files.delete(group);
    }
    assertThat(host.doctor().exit()).isZero();
    remove(id);
  }

  @Test
  void whatContainersHoldThatAreGoneIsALeak() throws IOException {
    var id = "ab".repeat(32);
    var link = name() + "gone";
    onHost("ip", "link", "add", link, "type", "veth", "peer", "name", "peer" + link.length());
    onHost("ip", "link", "set", link, "alias", id);
    var rules = onHost("nft", "list", "set", "inet", name(), "bridges");
    var comment = Pattern.compile("\"%s0\" comment (\"[^\"]+\")".formatted(name())).matcher(rules);
    assertThat(comment.find()).as(rules).isTrue();
    agent.terminate(); // it would put its table in order at once
    onHost(
        "nft",
        "add element inet %s bridges { \"%s-dead\" comment %s }"
            .formatted(name(), name(), comment.group(1)));
    try {
      assertThat(host.doctor().out())
          .contains("LEAK  link of container %s is owned by nothing that lives".formatted(id))
          .contains(
              "LEAK  firewall rules of network %s-dead is owned by nothing".formatted(name()));
    } finally {
      onHost("ip", "link", "del", link);
      onHost("nft", "delete element inet %1$s bridges { \"%1$s-dead\" }".formatted(name()));
      agent = AgentProcess.start(host);
    }
    assertThat(host.doctor().exit()).isZero();
  }

  /** A program of that name which says in its command that it looks after an exec. */
  private static Process fakeMonitor(String id) throws IOException {
    var program = host.directory().resolve("conmon");
    Files.writeString(program, "#!/bin/sh\nread line\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    var directory = host.run().resolve("containers").resolve(id).resolve("exec/lost");
    return new ProcessBuilder(program.toString(), "--bundle", directory.toString()).start();
  }

  private static String onHost(String... words) {
    return Command.run(host.inNetwork(List.of(words))).succeeded();
  }
}
