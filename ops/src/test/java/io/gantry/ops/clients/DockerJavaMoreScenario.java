package io.gantry.ops.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.BuildImageResultCallback;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PruneType;
import com.github.dockerjava.api.model.Statistics;
import com.github.dockerjava.api.model.Volume;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docker-java around containers: builds, streams that go on, networks, volumes and pruning. */
final class DockerJavaMoreScenario {
  private static final String IMAGE = System.getProperty("image", "busybox:test");
  private static final String LABEL = "docker-java-more";

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

  private String running(HostConfig host, String... command) {
    var id = docker.createContainerCmd(IMAGE).withHostConfig(host).withCmd(command).exec().getId();
    made.add(id);
    docker.startContainerCmd(id).exec();
    return id;
  }

  private static HostConfig plain() {
    return HostConfig.newHostConfig();
  }

  /** What comes by a stream that goes on, one after the other. */
  private static final class Stream<T> extends ResultCallback.Adapter<T> {
    private final BlockingQueue<T> come = new LinkedBlockingQueue<>();

    @Override
    public void onNext(T next) {
      come.add(next);
    }

    T next() throws InterruptedException {
      var next = come.poll(20, TimeUnit.SECONDS);
      assertThat(next).isNotNull();
      return next;
    }
  }

  @Test
  void anImageIsBuiltWithArgumentsLabelsAndATarget(@TempDir Path context) throws IOException {
    Files.writeString(
        context.resolve("Dockerfile"),
        """
        FROM %s AS base
        ARG WHO=nobody
        RUN echo $WHO > /who
        FROM base AS other
        RUN false
        """
            .formatted(IMAGE));
    Files.writeString(context.resolve("ignored"), "x");
    Files.writeString(context.resolve(".dockerignore"), "ignored\n");
    var id =
        docker
            .buildImageCmd(context.toFile())
            .withTags(Set.of("docker-java-built:1"))
            .withBuildArg("WHO", "somebody")
            .withLabels(java.util.Map.of(LABEL, "1"))
            .withTarget("base")
            .withNoCache(true)
            .exec(new BuildImageResultCallback())
            .awaitImageId();
    var image = docker.inspectImageCmd("docker-java-built:1").exec();
    assertThat(image.getId()).contains(id);
    assertThat(image.getConfig().getLabels()).containsEntry(LABEL, "1");
    assertThatThrownBy(
            () ->
                docker
                    .buildImageCmd(context.toFile())
                    .exec(new BuildImageResultCallback())
                    .awaitImageId())
        .isInstanceOf(DockerClientException.class)
        .hasMessageContaining("returned a non-zero code: 1");
    docker.removeImageCmd("docker-java-built:1").exec();
  }

  @Test
  void figuresAndEventsStreamUntilNobodyListens() throws Exception {
    var id = running(plain(), "sh", "-c", "while :; do :; done");
    try (var figures = docker.statsCmd(id).exec(new Stream<Statistics>());
        var events = docker.eventsCmd().withContainerFilter(id).exec(new Stream<Event>())) {
      var first = figures.next();
      var second = figures.next();
      assertThat(second.getCpuStats().getCpuUsage().getTotalUsage())
          .isGreaterThan(first.getCpuStats().getCpuUsage().getTotalUsage());
      assertThat(second.getPreCpuStats().getCpuUsage().getTotalUsage())
          .isEqualTo(first.getCpuStats().getCpuUsage().getTotalUsage());
      assertThat(second.getMemoryStats().getUsage()).isPositive();
      docker.pauseContainerCmd(id).exec();
      docker.unpauseContainerCmd(id).exec();
      docker.killContainerCmd(id).exec();
      assertThat(
              List.of(
                  events.next().getAction(),
                  events.next().getAction(),
                  events.next().getAction(),
                  events.next().getAction()))
          .containsExactly("pause", "unpause", "kill", "die");
    }
  }

  @Test
  void anExecTakesInputAndATerminal() throws Exception {
    var id = running(plain(), "sleep", "1000");
    var exec =
        docker
            .execCreateCmd(id)
            .withCmd("sh", "-c", "read line; echo got $line; stty size")
            .withAttachStdin(true)
            .withAttachStdout(true)
            .withTty(true)
            .exec()
            .getId();
    var shown = new StringBuffer();
    docker
        .execStartCmd(exec)
        .withTty(true)
        .withStdIn(new ByteArrayInputStream("typed\n".getBytes(StandardCharsets.UTF_8)))
        .exec(
            new ResultCallback.Adapter<Frame>() {
              @Override
              public void onNext(Frame frame) {
                shown.append(new String(frame.getPayload(), StandardCharsets.UTF_8));
              }
            })
        .awaitCompletion(20, TimeUnit.SECONDS);
    assertThat(shown.toString()).contains("got typed");
    assertThat(docker.inspectExecCmd(exec).exec().getExitCodeLong()).isZero();
  }

  @Test
  void networksHaveAliasesAndAreLeft() throws Exception {
    var network = docker.createNetworkCmd().withName("docker-java-net").exec().getId();
    var server = running(plain(), "httpd", "-f", "-p", "80");
    docker
        .connectToNetworkCmd()
        .withNetworkId(network)
        .withContainerId(server)
        .withContainerNetwork(new ContainerNetwork().withAliases("front"))
        .exec();
    var client = running(plain().withNetworkMode(network), "ping", "-c1", "front");
    assertThat(docker.waitContainerCmd(client).start().awaitStatusCode(20, TimeUnit.SECONDS))
        .isZero();
    assertThat(docker.inspectNetworkCmd().withNetworkId(network).exec().getContainers())
        .containsKey(server);
    assertThatThrownBy(() -> docker.removeNetworkCmd(network).exec())
        .isInstanceOf(DockerException.class)
        .hasMessageContaining("has active endpoints");
    docker.disconnectFromNetworkCmd().withNetworkId(network).withContainerId(server).exec();
    docker.removeNetworkCmd(network).exec();
  }

  @Test
  void volumesOutliveContainersAndWhatNobodyUsesIsPruned() throws Exception {
    docker.createVolumeCmd().withName("docker-java-volume").exec();
    var bind = Bind.parse("docker-java-volume:/data");
    var writer = running(plain().withBinds(bind), "sh", "-c", "echo kept > /data/file");
    docker.waitContainerCmd(writer).start().awaitStatusCode(20, TimeUnit.SECONDS);
    var reader = running(plain().withBinds(bind), "grep", "kept", "/data/file");
    assertThat(docker.waitContainerCmd(reader).start().awaitStatusCode(20, TimeUnit.SECONDS))
        .isZero();
    var held =
        docker
            .createContainerCmd(IMAGE)
            .withVolumes(new Volume("/anonymous"))
            .withLabels(java.util.Map.of(LABEL, "1"))
            .withCmd("true")
            .exec()
            .getId();
    assertThat(docker.inspectContainerCmd(held).exec().getMounts()).hasSize(1);
    docker.pruneCmd(PruneType.CONTAINERS).withLabelFilter(LABEL + "=1").exec();
    assertThatThrownBy(() -> docker.inspectContainerCmd(held).exec())
        .hasMessageContaining("No such container");
    docker.pruneCmd(PruneType.NETWORKS).exec();
    assertThat(docker.inspectVolumeCmd("docker-java-volume").exec().getDriver()).isEqualTo("local");
    for (var id : List.of(writer, reader)) {
      docker.removeContainerCmd(id).exec();
      made.remove(id);
    }
    docker.removeVolumeCmd("docker-java-volume").exec();
  }

  @Test
  void aContainerBecomesAnImageThatIsSavedAndLoaded() throws Exception {
    var id = running(plain(), "touch", "/made");
    docker.waitContainerCmd(id).start().awaitStatusCode(20, TimeUnit.SECONDS);
    assertThat(docker.containerDiffCmd(id).exec())
        .anySatisfy(change -> assertThat(change.getPath()).isEqualTo("/made"));
    docker.commitCmd(id).withRepository("docker-java-made").withTag("1").exec();
    byte[] saved;
    try (var stream = docker.saveImageCmd("docker-java-made:1").exec()) {
      saved = stream.readAllBytes();
    }
    docker.removeImageCmd("docker-java-made:1").exec();
    docker
        .loadImageAsyncCmd(new ByteArrayInputStream(saved))
        .exec(new ResultCallback.Adapter<>())
        .awaitCompletion(20, TimeUnit.SECONDS);
    assertThat(docker.inspectImageCmd("docker-java-made:1").exec().getRepoTags())
        .containsExactly("docker-java-made:1");
    docker.removeImageCmd("docker-java-made:1").exec();
  }
}
