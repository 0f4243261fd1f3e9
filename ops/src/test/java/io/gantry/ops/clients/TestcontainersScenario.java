package io.gantry.ops.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.BindMode;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.ExecConfig;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.output.OutputFrame;
import org.testcontainers.containers.output.ToStringConsumer;
import org.testcontainers.containers.output.WaitingConsumer;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/** Testcontainers with JUnit 5: a web server for all tests, and what single tests need. */
@Testcontainers
final class TestcontainersScenario {
  private static final DockerImageName IMAGE =
      DockerImageName.parse(System.getProperty("image", "busybox:test"));

  @Container
  private static final GenericContainer<?> WEB =
      new GenericContainer<>(IMAGE)
          .withExposedPorts(80)
          .withCopyToContainer(Transferable.of("served"), "/www/index.html")
          .withCommand("httpd", "-f", "-p", "80", "-h", "/www")
          .waitingFor(Wait.forHttp("/").withStartupTimeout(Duration.ofSeconds(30)));

  @Test
  void thePublishedPortAnswers() throws IOException {
    var address = URI.create("http://%s:%d/".formatted(WEB.getHost(), WEB.getMappedPort(80)));
    try (var page = address.toURL().openStream()) {
      assertThat(page.readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("served");
    }
  }

  @Test
  void commandsAndFilesWork() throws IOException, InterruptedException {
    var result = WEB.execInContainer("sh", "-c", "cat /www/index.html; echo err >&2; exit 3");
    assertThat(result.getStdout()).isEqualTo("served");
    assertThat(result.getStderr()).isEqualTo("err\n");
    assertThat(result.getExitCode()).isEqualTo(3);
    WEB.copyFileToContainer(Transferable.of("later"), "/tmp/later");
    assertThat(
            WEB.<String>copyFileFromContainer(
                "/tmp/later", stream -> new String(stream.readAllBytes(), StandardCharsets.UTF_8)))
        .isEqualTo("later");
  }

  @Test
  void aLogLineOrAHealthCheckIsAwaited() {
    try (var talker =
        new GenericContainer<>(IMAGE)
            .withCommand("sh", "-c", "sleep 0.3; echo ready to serve; sleep 1000")
            .waitingFor(Wait.forLogMessage(".*ready to serve.*\\n", 1))) {
      talker.start();
      assertThat(talker.getLogs()).contains("ready to serve");
    }
    try (var healthy =
        new GenericContainer<>(IMAGE)
            .withCommand("sleep", "1000")
            .withCreateContainerCmdModifier(
                create ->
                    create.withHealthcheck(
                        new com.github.dockerjava.api.model.HealthCheck()
                            .withTest(java.util.List.of("CMD", "true"))
                            .withInterval(Duration.ofSeconds(1).toNanos())))
            .waitingFor(Wait.forHealthcheck())) {
      healthy.start();
      assertThat(healthy.isHealthy()).isTrue();
    }
  }

  @Test
  void containersOfANetworkFindEachOtherByAlias() throws IOException, InterruptedException {
    try (var network = Network.newNetwork();
        var server =
            new GenericContainer<>(IMAGE)
                .withNetwork(network)
                .withNetworkAliases("server")
                .withCopyToContainer(Transferable.of("inside"), "/www/index.html")
                .withCommand("httpd", "-f", "-p", "80", "-h", "/www");
        var client =
            new GenericContainer<>(IMAGE).withNetwork(network).withCommand("sleep", "1000")) {
      server.start();
      client.start();
      var fetched = client.execInContainer("wget", "-qO-", "http://server/");
      assertThat(fetched.getStdout()).isEqualTo("inside");
    }
  }

  @Test
  void anImageIsBuiltForTheTest() throws Exception {
    var image =
        new ImageFromDockerfile()
            .withFileFromString("given", "of the context")
            .withDockerfileFromBuilder(
                file ->
                    file.from(IMAGE.asCanonicalNameString())
                        .env("KIND", "built")
                        .copy("given", "/given")
                        .run("cat /given > /made; echo by a step >> /made")
                        .cmd("sh", "-c", "echo $KIND; cat /made")
                        .build());
    try (var built =
        new GenericContainer<>(image)
            .withStartupCheckStrategy(
                new OneShotStartupCheckStrategy().withTimeout(Duration.ofSeconds(20)))) {
      built.start();
      assertThat(built.getLogs()).isEqualTo("built\nof the contextby a step\n");
    }
  }

  @Test
  void logsAreFollowedWhileTheContainerLives() throws Exception {
    var following = new WaitingConsumer();
    var all = new ToStringConsumer();
    try (var talker =
        new GenericContainer<>(IMAGE)
            .withCommand("sh", "-c", "i=0; while :; do i=$((i+1)); echo $i; sleep 0.05; done")
            .withLogConsumer(all)) {
      talker.start();
      talker.followOutput(following, OutputFrame.OutputType.STDOUT);
      following.waitUntil(
          frame -> frame.getUtf8String().strip().equals("10"), 20, TimeUnit.SECONDS);
    }
    assertThat(all.toUtf8String()).startsWith("1\n2\n3\n");
  }

  @Test
  void aPortOrACommandIsAwaited() {
    try (var late =
        new GenericContainer<>(IMAGE)
            .withExposedPorts(8080)
            .withCommand("sh", "-c", "sleep 0.3; exec httpd -f -p 8080")
            .waitingFor(Wait.forListeningPort())) {
      late.start();
      assertThat(late.getMappedPort(8080)).isPositive();
    }
    try (var ready =
        new GenericContainer<>(IMAGE)
            .withCommand("sh", "-c", "sleep 0.3; touch /tmp/ready; sleep 1000")
            .waitingFor(Wait.forSuccessfulCommand("test -e /tmp/ready"))) {
      ready.start();
      assertThat(ready.isRunning()).isTrue();
    }
    try (var failing = new GenericContainer<>(IMAGE).withCommand("sh", "-c", "echo no; exit 3")) {
      failing.withStartupCheckStrategy(new OneShotStartupCheckStrategy());
      assertThatThrownBy(failing::start).isInstanceOf(ContainerLaunchException.class);
    }
  }

  @Test
  void directoriesAreCopiedAndMountsMade(@TempDir Path directory) throws Exception {
    Files.createDirectories(directory.resolve("tree/deep"));
    Files.writeString(directory.resolve("tree/deep/file"), "copied");
    Files.writeString(directory.resolve("bound"), "bound");
    try (var holder =
        new GenericContainer<>(IMAGE)
            .withCopyFileToContainer(MountableFile.forHostPath(directory.resolve("tree")), "/tree")
            .withFileSystemBind(directory.resolve("bound").toString(), "/bound", BindMode.READ_ONLY)
            .withTmpFs(Map.of("/scratch", "rw,size=1m"))
            .withSharedMemorySize(8L << 20)
            .withExtraHost("elsewhere", "192.0.2.9")
            .withEnv("GIVEN", "yes")
            .withWorkingDirectory("/tree")
            .withCommand("sleep", "1000")) {
      holder.start();
      assertThat(holder.execInContainer("cat", "deep/file", "/bound").getStdout())
          .isEqualTo("copiedbound");
      assertThat(holder.execInContainer("sh", "-c", "echo > /bound").getExitCode()).isNotZero();
      assertThat(holder.execInContainer("cat", "/proc/mounts", "/etc/hosts").getStdout())
          .contains("/scratch tmpfs", "size=1024k", "192.0.2.9\telsewhere");
      assertThat(holder.execInContainer("sh", "-c", "echo $GIVEN; df /dev/shm").getStdout())
          .startsWith("yes\n")
          .contains("8192");
      var asSeven = ExecConfig.builder().user("7").command(new String[] {"id", "-u"}).build();
      assertThat(holder.execInContainer(asSeven).getStdout()).isEqualTo("7\n");
      holder.copyFileFromContainer("/tree/deep/file", directory.resolve("back").toString());
      assertThat(directory.resolve("back")).hasContent("copied");
    }
  }

  @Test
  void whatAnotherDependsOnIsStartedFirst() {
    try (var network = Network.newNetwork();
        var base =
            new GenericContainer<>(IMAGE)
                .withNetwork(network)
                .withNetworkAliases("base")
                .withCommand("httpd", "-f", "-p", "80");
        var user =
            new GenericContainer<>(IMAGE)
                .withNetwork(network)
                .dependsOn(base)
                .withCommand("sh", "-c", "ping -c1 base && echo found; sleep 1000")
                .waitingFor(Wait.forLogMessage(".*found.*\\n", 1))) {
      user.start();
      assertThat(base.isRunning()).isTrue();
      assertThat(user.getContainerInfo().getNetworkSettings().getNetworks()).hasSize(1);
    }
  }
}
