package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What builds take from other places than the client's context, and what clients ask beside it. */
@Tag("host")
class BuildSourcesE2E {
  private static final Duration SOON = Duration.ofSeconds(20);

  /** In the network of the test's own host. */
  private static final int PORT = 8099;

  private static TempHost host;
  private static AgentProcess agent;
  private static DockerCli docker;

  @TempDir private Path directory;

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

  private Command.Result build(String dockerfile, String... options) throws IOException {
    return build(List.of("DOCKER_BUILDKIT=0"), dockerfile, options);
  }

  private Command.Result build(List<String> environment, String dockerfile, String... options)
      throws IOException {
    var context = Files.createDirectories(directory.resolve("context"));
    Files.writeString(context.resolve("Dockerfile"), dockerfile);
    return Command.run(
        Stream.of(
                Stream.of("env"),
                environment.stream(),
                Stream.of("docker", "-H", "unix://" + host.dockerSocket(), "build"),
                Stream.of(options),
                Stream.of(context.toString()))
            .flatMap(one -> one)
            .toList());
  }

  /** What is in a directory, served in the agent's network while {@code use} runs. */
  private void served(Path files, Use use) throws IOException {
    var address = "http://127.0.0.1:" + PORT;
    var server =
        new ProcessBuilder(
                host.inNetwork(
                    List.of(
                        "busybox",
                        "httpd",
                        "-f",
                        "-p",
                        "127.0.0.1:" + PORT,
                        "-h",
                        files.toString())))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("httpd.log").toFile())
            .start();
    try {
      Files.writeString(files.resolve("there"), "");
      var asked = host.inNetwork(List.of("busybox", "wget", "-qO", "-", address + "/there"));
      Eventually.holds(SOON, () -> Command.run(asked).succeeded());
      use.of(address);
    } finally {
      ended(server);
    }
  }

  private static void ended(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().onExit().join();
  }

  private interface Use {
    void of(String address) throws IOException;
  }

  @Test
  void aTarSomewhereElseIsAContext() throws IOException {
    var files = Files.createDirectories(directory.resolve("remote"));
    Files.writeString(files.resolve("Dockerfile"), "FROM busybox:test\nCOPY x /x\nRUN cat /x\n");
    Files.writeString(files.resolve("x"), "from a tar\n");
    var tar = directory.resolve("context.tar.gz");
    Command.run(List.of("tar", "-C", files.toString(), "-czf", tar.toString(), ".")).succeeded();
    served(
        directory,
        address -> {
          var api = new DockerApi(host.dockerSocket());
          var remote = address.replace("/", "%2F");
          assertThat(api.post("/build?remote=" + remote + "%2Fcontext.tar.gz", "").text())
              .contains("from a tar", "Successfully built");
          var missing = api.post("/build?remote=" + remote + "%2Fnone", "");
          assertThat(missing.status()).isEqualTo(400);
          assertThat(missing.text())
              .contains("error downloading remote context", "with status 404");
        });
  }

  @Test
  void whatAddFetchesMustHaveItsChecksum() throws Exception {
    var content = "fetched\n".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    var digest = "sha256:" + HexFormat.of().formatHex(hash(content));
    var other = "sha256:" + HexFormat.of().formatHex(hash(new byte[0]));
    var dockerfile =
        "FROM busybox:test\nARG URL\nARG SUM\nADD --checksum=$SUM $URL /file\nRUN cat /file\n";
    Files.write(directory.resolve("file"), content);
    served(
        directory,
        address -> {
          var url = "URL=" + address + "/file";
          assertThat(
                  build(dockerfile, "--build-arg", url, "--build-arg", "SUM=" + digest).succeeded())
              .contains("\nfetched\n");
          var refused = build(dockerfile, "--build-arg", url, "--build-arg", "SUM=" + other);
          assertThat(refused.exit()).isNotZero();
          assertThat(refused.err())
              .contains("ADD failed: digest mismatch %s: %s".formatted(digest, other));
        });
  }

  private static byte[] hash(byte[] content) throws NoSuchAlgorithmException {
    return MessageDigest.getInstance("SHA-256").digest(content);
  }

  @Test
  void addTakesTheFilesOfARepository() throws Exception {
    var repository = directory.resolve("served/repo.git");
    Files.createDirectories(repository.resolve("below"));
    Files.writeString(repository.resolve("top"), "top\n");
    Files.writeString(repository.resolve("below/inner"), "inner\n");
    var git = List.of("git", "-C", repository.toString());
    Command.run(List.of("git", "init", "-q", repository.toString())).succeeded();
    Command.run(with(git, "add", ".")).succeeded();
    Command.run(
            with(git, "-c", "user.name=e", "-c", "user.email=e@example.org", "commit", "-qm", "x"))
        .succeeded();
    var daemon =
        new ProcessBuilder(
                host.inNetwork(
                    List.of(
                        "git",
                        "daemon",
                        "--reuseaddr",
                        "--export-all",
                        "--listen=127.0.0.1",
                        "--port=" + PORT,
                        "--base-path=" + directory.resolve("served"))))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("daemon.log").toFile())
            .start();
    try {
      var address = "git://127.0.0.1:" + PORT + "/repo.git";
      var asked = host.inNetwork(List.of("git", "ls-remote", address));
      Eventually.holds(SOON, () -> Command.run(asked).succeeded());
      var dockerfile =
          """
          FROM busybox:test
          ARG REPO
          ADD --chown=7:8 $REPO /all
          ADD $REPO#:below /part/
          RUN cat /all/top /part/inner; test ! -e /all/.git; stat -c %u:%g /all/below/inner
          """;
      assertThat(build(dockerfile, "--build-arg", "REPO=" + address).succeeded())
          .contains("top\ninner\n7:8\n");
      assertThat(build(dockerfile, "--build-arg", "REPO=" + address).succeeded())
          .contains(" ---> Using cache\n ---> ")
          .doesNotContain("Running in");
      assertThat(build(dockerfile, "--build-arg", "REPO=" + address + "#none").err())
          .contains("ADD failed: git fetch: ");
      assertThat(build("FROM busybox:test\nADD --keep-git-dir=true " + address + " /x\n").err())
          .contains("ADD --keep-git-dir is not supported");
    } finally {
      ended(daemon);
    }
  }

  private static List<String> with(List<String> words, String... more) {
    return Stream.concat(words.stream(), Stream.of(more)).toList();
  }

  @Test
  void aCacheMountBeginsWithTheFilesItNames() throws IOException {
    var dockerfile =
        """
        FROM busybox:test AS begin
        RUN mkdir /seed && echo seed > /seed/file
        FROM busybox:test
        ARG N
        RUN --mount=type=cache,target=/c,id=seeded,from=begin,source=/seed \
          echo $N >> /c/file; cat /c/file
        """;
    assertThat(build(dockerfile, "--build-arg", "N=1").succeeded()).contains("\nseed\n1\n");
    assertThat(build(dockerfile, "--build-arg", "N=2").succeeded()).contains("seed\n1\n2\n");
    assertThat(
            build(dockerfile.replace("echo seed", "echo other"), "--build-arg", "N=3").succeeded())
        .contains("other\n3\n");
    assertThat(build(dockerfile.replace("source=/seed", "source=/none"), "--no-cache").exit())
        .isNotZero();
  }

  @Test
  void secretsAndAgentsThatAStepNeedsAreRefusedByName() throws IOException {
    assertThat(
            build("FROM busybox:test\nRUN --mount=type=secret,id=key,required=true true\n").err())
        .contains("secret key: not found: the classic build API carries no secrets");
    assertThat(build("FROM busybox:test\nRUN --mount=type=ssh,required=true true\n").err())
        .contains("unset ssh forward key default: the classic build API carries no agents");
    assertThat(
            build("FROM busybox:test\nRUN --mount=type=secret,id=key test ! -e /run/secrets/key\n")
                .exit())
        .isZero();
  }

  @Test
  void clientsFindNoBuildKitAndFallBack() throws IOException {
    var api = new DockerApi(host.dockerSocket());
    assertThat(api.post("/session", "").status()).isEqualTo(404);
    assertThat(api.post("/grpc", "").status()).isEqualTo(404);
    assertThat(api.get("/_ping").head()).containsIgnoringCase("Builder-Version: 1");
    for (var environment :
        List.of(List.of("DOCKER_BUILDKIT=0"), List.of("-u", "DOCKER_BUILDKIT"))) {
      assertThat(build(environment, "FROM busybox:test\nRUN echo built $((1+1))\n").succeeded())
          .contains("Successfully built ");
    }
    var session = api.postTar("/build?version=2&session=abc", new byte[1024]);
    assertThat(session.status()).isEqualTo(501);
  }

  @Test
  void pruneTakesWhatItsFiltersSay() throws IOException {
    for (var name : List.of("one", "two")) {
      build("FROM busybox:test\nLABEL pick=" + name + "\n", "-t", "prune:" + name).succeeded();
    }
    var prune = List.of("image", "prune", "-af", "--filter");
    run(prune, "until=24h", "--filter", "label=pick");
    assertThat(images()).contains("prune:one", "prune:two");
    run(prune, "label=pick=one");
    assertThat(images()).doesNotContain("prune:one").contains("prune:two");
    run(prune, "label!=pick", "--filter", "label=none");
    assertThat(images()).contains("prune:two");

    build("FROM busybox:test\nRUN echo kept > /kept\n", "-t", "prune:cached").succeeded();
    var builder = List.of("builder", "prune", "-af", "--filter");
    assertThat(run(builder, "until=24h")).contains("Total reclaimed space: 0B");
    assertThat(run(builder, "type=exec.cachemount")).doesNotContain("kept");
    assertThat(build("FROM busybox:test\nRUN echo kept > /kept\n").succeeded())
        .contains("Using cache");
    run(builder, "type=regular");
    assertThat(build("FROM busybox:test\nRUN echo kept > /kept\n").succeeded())
        .doesNotContain("Using cache");
  }

  private static String run(List<String> words, String... more) {
    return docker.run(with(words, more).toArray(String[]::new)).succeeded();
  }

  private static String images() {
    return docker.run("images", "--format", "{{.Repository}}:{{.Tag}}").succeeded();
  }
}
