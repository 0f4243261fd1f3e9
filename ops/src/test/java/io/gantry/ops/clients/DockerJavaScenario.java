package io.gantry.ops.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** docker-java, as its users call it. */
final class DockerJavaScenario {
  private static final String IMAGE = System.getProperty("image", "busybox:test");

  private final DockerClient docker = client();
  private final List<String> made = new ArrayList<>();

  private static DockerClient client() {
    var config = DefaultDockerClientConfig.createDefaultConfigBuilder().build();
    return DockerClientImpl.getInstance(
        config, new ZerodepDockerHttpClient.Builder().dockerHost(config.getDockerHost()).build());
  }

  @AfterEach
  void removeWhatWasMade() throws IOException {
    for (var id : made) {
      docker.removeContainerCmd(id).withForce(true).withRemoveVolumes(true).exec();
    }
    docker.close();
  }

  private String create(String... command) {
    return made(docker.createContainerCmd(IMAGE).withCmd(command).exec().getId());
  }

  private String made(String id) {
    made.add(id);
    return id;
  }

  private String started(String... command) {
    var id = create(command);
    docker.startContainerCmd(id).exec();
    return id;
  }

  private int code(String id) {
    return docker.waitContainerCmd(id).start().awaitStatusCode(20, TimeUnit.SECONDS);
  }

  /** What was printed, with the stream it came by. */
  private static final class Printed extends ResultCallback.Adapter<Frame> {
    private final List<String> frames = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void onNext(Frame frame) {
      frames.add(
          frame.getStreamType() + " " + new String(frame.getPayload(), StandardCharsets.UTF_8));
    }

    List<String> all() throws InterruptedException {
      assertThat(awaitCompletion(20, TimeUnit.SECONDS)).isTrue();
      return frames;
    }
  }

  @Test
  void theEngineAnswersWithoutAVersionInThePath() {
    docker.pingCmd().exec();
    assertThat(docker.versionCmd().exec().getApiVersion()).isNotEmpty();
    assertThat(docker.infoCmd().exec().getOsType()).isEqualTo("linux");
  }

  @Test
  void aContainerRunsAndItsLogsAreRead() throws InterruptedException {
    var id = started("sh", "-c", "echo out; sleep 0.1; echo err >&2; exit 3");
    assertThat(code(id)).isEqualTo(3);
    var logs =
        docker.logContainerCmd(id).withStdOut(true).withStdErr(true).exec(new Printed()).all();
    assertThat(logs).containsExactly("STDOUT out\n", "STDERR err\n");
  }

  @Test
  void logsAreFollowedToTheEnd() throws InterruptedException {
    var id = started("sh", "-c", "echo one; sleep 0.5; echo two");
    var logs =
        docker.logContainerCmd(id).withStdOut(true).withFollowStream(true).exec(new Printed());
    assertThat(logs.all()).containsExactly("STDOUT one\n", "STDOUT two\n");
  }

  @Test
  void anAttachedContainerTakesInput() throws InterruptedException {
    var id =
        made(
            docker
                .createContainerCmd(IMAGE)
                .withCmd("sh", "-c", "read line; echo got $line") // the library never ends input
                .withStdinOpen(true)
                .withStdInOnce(true)
                .withAttachStdin(true)
                .exec()
                .getId());
    var printed =
        docker
            .attachContainerCmd(id)
            .withStdIn(new ByteArrayInputStream("typed\n".getBytes(StandardCharsets.UTF_8)))
            .withStdOut(true)
            .withFollowStream(true)
            .exec(new Printed());
    docker.startContainerCmd(id).exec();
    assertThat(printed.all()).containsExactly("STDOUT got typed\n");
    assertThat(code(id)).isZero();
  }

  @Test
  void commandsRunInAContainer() throws InterruptedException {
    var id = started("sleep", "1000");
    var exec =
        docker
            .execCreateCmd(id)
            .withCmd("sh", "-c", "echo o; sleep 0.1; echo e >&2; exit 4")
            .withAttachStdout(true)
            .withAttachStderr(true)
            .exec()
            .getId();
    var printed = docker.execStartCmd(exec).exec(new Printed()).all();
    assertThat(printed).containsExactly("STDOUT o\n", "STDERR e\n");
    assertThat(docker.inspectExecCmd(exec).exec().getExitCodeLong()).isEqualTo(4);
  }

  @Test
  void whatWasAskedForIsInspectedAndListed() {
    var host =
        HostConfig.newHostConfig()
            .withMemory(64L << 20)
            .withRestartPolicy(RestartPolicy.onFailureRestart(3))
            .withPortBindings(PortBinding.parse("127.0.0.1::80"));
    var id =
        made(
            docker
                .createContainerCmd(IMAGE)
                .withCmd("true")
                .withName("docker-java-asked")
                .withLabels(Map.of("asked", "yes"))
                .withEnv("A=1")
                .withExposedPorts(ExposedPort.tcp(80))
                .withHostConfig(host)
                .exec()
                .getId());
    var seen = docker.inspectContainerCmd(id).exec();
    assertThat(seen.getName()).isEqualTo("/docker-java-asked");
    assertThat(seen.getConfig().getEnv()).contains("A=1");
    assertThat(seen.getHostConfig().getMemory()).isEqualTo(64L << 20);
    assertThat(seen.getHostConfig().getRestartPolicy())
        .isEqualTo(RestartPolicy.onFailureRestart(3));
    assertThat(
            docker.listContainersCmd().withShowAll(true).withLabelFilter(List.of("asked")).exec())
        .singleElement()
        .satisfies(one -> assertThat(one.getNames()).containsExactly("/docker-java-asked"));
  }

  @Test
  void refusalsBecomeTheRightExceptions() {
    assertThatThrownBy(() -> docker.inspectContainerCmd("docker-java-none").exec())
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("No such container: docker-java-none");
    assertThatThrownBy(() -> docker.createContainerCmd("no-such-image:0").exec())
        .isInstanceOf(NotFoundException.class);
    var id = started("sleep", "1000");
    assertThatThrownBy(() -> docker.startContainerCmd(id).exec())
        .isInstanceOf(NotModifiedException.class);
    assertThatThrownBy(() -> docker.removeContainerCmd(id).exec())
        .isInstanceOf(ConflictException.class);
  }

  @Test
  void eventsTellALife() throws InterruptedException {
    var since = Instant.now().getEpochSecond();
    var id = started("true");
    code(id);
    var told = Collections.synchronizedList(new ArrayList<String>());
    docker
        .eventsCmd()
        .withSince(Long.toString(since))
        .withUntil(Long.toString(Instant.now().getEpochSecond() + 1))
        .withContainerFilter(id)
        .exec(
            new ResultCallback.Adapter<Event>() {
              @Override
              public void onNext(Event event) {
                told.add(event.getStatus() + " " + event.getFrom());
              }
            })
        .awaitCompletion(20, TimeUnit.SECONDS);
    assertThat(told).contains("create " + IMAGE, "start " + IMAGE, "die " + IMAGE);
  }

  @Test
  void filesAreCopiedInBeforeTheStartAndOutAfterTheEnd() throws IOException {
    var id = create("cp", "/tmp/in", "/tmp/out");
    docker
        .copyArchiveToContainerCmd(id)
        .withTarInputStream(new ByteArrayInputStream(tar("in", "text")))
        .withRemotePath("/tmp")
        .exec();
    docker.startContainerCmd(id).exec();
    assertThat(code(id)).isZero();
    try (var tar =
        new TarArchiveInputStream(docker.copyArchiveFromContainerCmd(id, "/tmp/out").exec())) {
      assertThat(tar.getNextEntry().getName()).isEqualTo("out");
      assertThat(tar.readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("text");
    }
  }

  private static byte[] tar(String name, String text) throws IOException {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    var packed = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(packed)) {
      var entry = new TarArchiveEntry(name);
      entry.setSize(bytes.length);
      tar.putArchiveEntry(entry);
      tar.write(bytes);
      tar.closeArchiveEntry();
    }
    return packed.toByteArray();
  }
}
