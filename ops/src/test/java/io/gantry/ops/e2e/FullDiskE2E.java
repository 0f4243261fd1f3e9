package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The state directory is on a small file system that fills up: whoever asks for something is told
 * why it is not done, what runs goes on, and once there is room again all works without a restart.
 */
@Tag("host")
class FullDiskE2E {
  private static final String FULL = "no space left on device";
  private static final Set<String> STREAMED =
      Set.of("image import", "image load", "build", "exec start");
  private static final Duration RECOVERY = Duration.ofSeconds(30);
  private static final Pattern ID = Pattern.compile("\"Id\":\"([0-9a-f]{64})\"");

  private TempHost host;
  private AgentProcess agent;
  private DockerApi api;
  private Path ballast;
  private byte[] saved = new byte[0];

  @BeforeEach
  void startAgentOnASmallDisk() throws IOException {
    host = TempHost.create();
    host.useSmallDisk("200m");
    agent = AgentProcess.start(host);
    api = new DockerApi(host.dockerSocket());
    ballast = host.state().resolve("ballast");
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
  void everyRoomSaysThatTheDiskIsFullAndWorksAgainWhenItIsNot() throws Exception {
    create("before", "true").succeeded();
    create("talker", "while :; do echo a line that goes nowhere; sleep 0.05; done").succeeded();
    api.post("/containers/talker/start", "").succeeded();
    api.post("/volumes/create", "{\"Name\":\"kept\"}").succeeded();
    create("spare", "sleep 1000").succeeded();
    api.post("/containers/spare/start", "").succeeded();
    api.post("/volumes/create", "{\"Name\":\"spare\"}").succeeded();
    var exec = execIn("talker");
    saved = api.get("/images/" + Busybox.IMAGE + "/get").succeeded().body();
    fill();

    refused().forEach(FullDiskE2E::assertRefused);
    assertThat(api.post("/containers/spare/stop?t=0", "").status()).isEqualTo(204);
    assertThat(api.delete("/containers/spare").status()).isEqualTo(204);
    assertThat(api.delete("/volumes/spare").status()).isEqualTo(204);
    assertRefused(
        "exec start", api.post("/exec/" + exec + "/start", "{\"Detach\":false,\"Tty\":false}"));
    assertThat(api.get("/containers/before/json").status()).isEqualTo(200);
    assertThat(api.get("/containers/talker/json").text()).contains("\"Running\":true");
    assertThat(api.get("/volumes/kept").status()).isEqualTo(200);

    Files.delete(ballast);
    Eventually.holds(RECOVERY, () -> assertThat(create("full", "true").status()).isIn(201, 409));
    for (var entry : requests().entrySet()) {
      Eventually.holds(
          RECOVERY,
          () ->
              assertThat(entry.getValue().call().status())
                  .as(entry.getKey())
                  .isIn(200, 201, 204, 409));
    }
    api.post("/containers/full/start", "").succeeded();
    assertThat(api.post("/containers/full/wait", "").text()).contains("\"StatusCode\":0");
    assertThat(api.get("/containers/talker/json").text()).contains("\"Running\":true");
    assertThat(execIn("talker")).isNotEmpty();

    agent.kill();
    agent = AgentProcess.start(host);
    assertThat(api.get("/containers/before/json").status()).isEqualTo(200);
    assertThat(api.get("/containers/full/json").text()).contains("\"ExitCode\":0");
    assertThat(api.get("/containers/talker/json").text()).contains("\"Running\":true");
    assertThat(api.get("/volumes/kept").status()).isEqualTo(200);
    agent.terminate();
    verifyRecord();
  }

  @Test
  void whatFillsTheDiskToItsLastByteCanBeRemoved() throws Exception {
    create("greedy", "dd if=/dev/zero of=/x bs=4k; sleep 1000").succeeded();
    api.post("/containers/greedy/start", "").succeeded();
    Eventually.holds(RECOVERY, () -> assertThat(free()).isZero());
    assertRefused("container create", create("another", "true"));

    Eventually.holds(
        RECOVERY,
        () -> assertThat(api.delete("/containers/greedy?force=1").status()).isIn(204, 404));

    assertThat(free()).isGreaterThan(100L << 20);
    Eventually.holds(RECOVERY, () -> assertThat(create("another", "true").status()).isEqualTo(201));
  }

  @Test
  void whatUnpacksToMoreThanThereIsRoomForIsRefusedAndTakesNothing() throws Exception {
    var bombs = Bombs.make(host.directory().resolve("bombs"), 250);
    var before = free();
    for (var archive : bombs.archives()) {
      bursts(archive, "/images/load?quiet=1", bombs.read(archive), before);
    }
    for (var context : bombs.contexts()) {
      bursts(context, "/build", bombs.read(context), before);
    }
    for (var layer : bombs.layers()) {
      bursts(layer, "/images/create?fromSrc=-", bombs.read(layer), before);
      bursts("ADD " + layer, "/build", bombs.added(layer), before);
    }
    if (DebianRegistry.installed()) {
      try (var registry = DebianRegistry.start(host, "127.0.0.1:5000")) {
        bombs.push(host, registry.address() + "/bomb:1");
        bursts(
            "pull",
            "/images/create?tag=1&fromImage=" + registry.address() + "/bomb",
            new byte[0],
            before);
      }
    }
    create("after", "true").succeeded();
    api.post("/containers/after/start", "").succeeded();
    agent.terminate();
    verifyRecord();
  }

  private void bursts(String what, String path, byte[] bytes, long before) throws IOException {
    assertThat(api.postTar(path, bytes).text()).as(what).containsIgnoringCase(FULL);
    Eventually.holds(
        RECOVERY, () -> assertThat(free()).as(what).isGreaterThan(before - (4L << 20)));
    assertThat(api.get("/images/json?all=1").text())
        .as(what)
        .containsOnlyOnce("\"Id\":")
        .contains(Busybox.IMAGE);
  }

  private long free() throws IOException {
    return Files.getFileStore(host.state()).getUsableSpace();
  }

  @Test
  void aContainerThatEndsWhileTheDiskIsFullIsRecordedWhenThereIsRoom() throws Exception {
    create("ending", "read line; exit 7", "\"OpenStdin\":true,").succeeded();
    api.post("/containers/ending/start", "").succeeded();
    fill();
    var pid = Long.parseLong(pidOf("ending"));

    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    Eventually.holds(RECOVERY, () -> assertThat(ProcessHandle.of(pid)).isEmpty());
    Files.delete(ballast);

    Eventually.holds(
        RECOVERY,
        () ->
            assertThat(api.get("/containers/ending/json").text())
                .contains("\"Status\":\"exited\"", "\"ExitCode\":137"));
  }

  /** Requests that need room, of every kind; each may be repeated. */
  private Map<String, Callable<DockerApi.Answer>> requests() throws IOException {
    var tar = Busybox.tar(host);
    var requests = new TreeMap<String, Callable<DockerApi.Answer>>();
    requests.put("container create", () -> create("full", "true"));
    requests.put("volume create", () -> api.post("/volumes/create", "{\"Name\":\"full\"}"));
    requests.put("network create", () -> api.post("/networks/create", "{\"Name\":\"full\"}"));
    requests.put(
        "image tag", () -> api.post("/images/" + Busybox.IMAGE + "/tag?repo=full&tag=1", ""));
    requests.put(
        "image import", () -> api.postTar("/images/create?fromSrc=-&repo=full&tag=2", tar));
    requests.put("image load", () -> api.postTar("/images/load?quiet=1", saved));
    requests.put("build", () -> api.postTar("/build?nocache=1&t=full:3", context()));
    return requests;
  }

  private byte[] context() throws IOException {
    var dockerfile = Files.createDirectories(host.directory().resolve("context"));
    Files.writeString(
        dockerfile.resolve("Dockerfile"), "FROM " + Busybox.IMAGE + "\nRUN echo > /x\n");
    var tar = host.directory().resolve("context.tar");
    Command.run(List.of("tar", "-C", dockerfile.toString(), "-cf", tar.toString(), "."))
        .succeeded();
    return Files.readAllBytes(tar);
  }

  private Map<String, DockerApi.Answer> refused() throws Exception {
    var answers = new TreeMap<String, DockerApi.Answer>();
    for (var entry : requests().entrySet()) {
      answers.put(entry.getKey(), entry.getValue().call());
    }
    answers.put("container start", api.post("/containers/before/start", ""));
    answers.put("exec create", createExec("talker"));
    return answers;
  }

  /** An import and an exec answer 200 before they know; what they say last is the error. */
  private static void assertRefused(String what, DockerApi.Answer answer) {
    assertThat(answer.text()).as(what + " (" + answer.status() + ")").containsIgnoringCase(FULL);
    if (!STREAMED.contains(what)) {
      assertThat(answer.status()).as(what).isEqualTo(500);
    }
  }

  private void fill() {
    Command.run(List.of("dd", "if=/dev/zero", "of=" + ballast, "bs=4k"));
  }

  private String pidOf(String name) throws IOException {
    var text = api.get("/containers/" + name + "/json").succeeded().text();
    var at = text.indexOf("\"Pid\":") + 6;
    return text.substring(at, text.indexOf(',', at));
  }

  private DockerApi.Answer createExec(String container) throws IOException {
    return api.post(
        "/containers/" + container + "/exec", "{\"AttachStdout\":true,\"Cmd\":[\"echo\",\"in\"]}");
  }

  private String execIn(String container) throws IOException {
    var id = ID.matcher(createExec(container).succeeded().text());
    assertThat(id.find()).isTrue();
    return id.group(1);
  }

  private void verifyRecord() {
    var gantry = AgentProcess.DISTRIBUTION.resolve("bin/gantry").toString();
    Command.run(List.of(gantry, "record", "verify", "--state-dir", host.state().toString()))
        .succeeded();
  }

  private DockerApi.Answer create(String name, String script) throws IOException {
    return create(name, script, "");
  }

  private DockerApi.Answer create(String name, String script, String more) throws IOException {
    var spec =
        """
        {"Image":"%s",%s"Cmd":["sh","-c","%s"],"HostConfig":{"NetworkMode":"none"}}\
        """
            .formatted(Busybox.IMAGE, more, script);
    return api.post("/containers/create?name=" + name, spec);
  }
}
