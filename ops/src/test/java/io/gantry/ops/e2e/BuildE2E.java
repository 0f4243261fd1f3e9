package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docker build} with the classic builder, as stock clients drive it. */
@Tag("host")
class BuildE2E {
  private static final Duration SOON = Duration.ofSeconds(20);

  private static TempHost host;
  private static AgentProcess agent;
  private static DockerCli docker;

  @TempDir private Path context;

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
    Files.writeString(context.resolve("Dockerfile"), dockerfile);
    var words =
        Stream.of(
                Stream.of("env", "DOCKER_BUILDKIT=0", "docker", "-H"),
                Stream.of("unix://" + host.dockerSocket(), "build"),
                Stream.of(options),
                Stream.of(context.toString()))
            .flatMap(one -> one)
            .toList();
    return Command.run(words);
  }

  private void file(String name, String content) throws IOException {
    var path = context.resolve(name);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }

  private static List<String> containers() {
    return docker.run("ps", "-aq").succeeded().lines().toList();
  }

  @Test
  void twoStagesMakeAnImageThatRuns() throws IOException {
    file("greeting", "hello from a file\n");
    var built =
        build(
            """
            ARG TAG=test
            FROM busybox:${TAG} AS maker
            WORKDIR /work
            COPY greeting .
            RUN cp greeting made && echo "$0 ran"
            FROM busybox:test
            ENV WHO=me
            COPY --from=maker --chown=7:8 /work/made /data/
            LABEL k="a b"
            CMD cat /data/made; stat -c %u:%g /data/made; echo $WHO
            """,
            "-t", "two:stages");
    var said = built.succeeded();
    assertThat(said)
        .containsSubsequence(
            "Step 1/10 : ARG TAG=test\nStep 2/10 : FROM busybox:${TAG} AS maker\n ---> ",
            "Step 5/10 : RUN cp greeting made && echo \"$0 ran\"\n ---> Running in ",
            "/bin/sh ran\n",
            " ---> Removed intermediate container ",
            "Successfully built ",
            "Successfully tagged two:stages\n");
    assertThat(docker.run("run", "--rm", "two:stages").succeeded())
        .isEqualTo("hello from a file\n7:8\nme\n");
    assertThat(docker.run("inspect", "-f", "{{.Config.Labels.k}}", "two:stages").succeeded())
        .isEqualTo("a b\n");
  }

  @Test
  void anImageThatWasRemovedIsNotFoundAgainAndIsBuiltAnew() throws IOException {
    var file = "FROM busybox:test\nLABEL removed=again\nVOLUME /data\nCMD top\n";
    build(file, "-t", "removed:again").succeeded();
    var id = docker.run("images", "-q", "--no-trunc", "removed:again").succeeded().strip();
    docker.run("create", "--name", "stopped", "removed:again").succeeded();
    docker.run("rmi", "-f", "removed:again").succeeded();
    assertThat(docker.run("image", "inspect", id).err()).contains("No such image: " + id);
    build(file, "-t", "removed:again").succeeded();
    assertThat(docker.run("images", "-q", "--no-trunc", "removed:again").succeeded().strip())
        .isNotEqualTo(id);
    docker.run("rm", "stopped").succeeded();
  }

  @Test
  void theCacheKnowsContentAndNotTimes() throws IOException {
    var dockerfile = "FROM busybox:test\nCOPY d /d\nRUN cat /d/cached\n";
    file("d/cached", "one\n");
    build(dockerfile, "-t", "cached:a").succeeded();
    Files.setLastModifiedTime(
        context.resolve("d/cached"), FileTime.from(Instant.parse("2001-01-01T00:00:00Z")));
    assertThat(build(dockerfile, "-t", "cached:b").succeeded())
        .contains("COPY d /d\n ---> Using cache", "RUN cat /d/cached\n ---> Using cache");
    assertThat(id("cached:a")).isEqualTo(id("cached:b"));
    file("d/cached", "two\n");
    assertThat(build(dockerfile).succeeded()).doesNotContain("Using cache").contains("two\n");
    assertThat(build(dockerfile, "--no-cache").succeeded()).doesNotContain("Using cache");
  }

  private static String id(String image) {
    return docker.run("inspect", "-f", "{{.Id}}", image).succeeded();
  }

  @Test
  void anArgumentMakesAnotherStepAndOneThatNobodyAsksForIsNamed() throws IOException {
    var dockerfile = "FROM busybox:test\nARG V\nRUN echo v=$V\n";
    build(dockerfile, "--build-arg", "V=1").succeeded();
    var again = build(dockerfile, "--build-arg", "V=1", "--build-arg", "W=2").succeeded();
    assertThat(again)
        .contains("RUN echo v=$V\n ---> Using cache")
        .contains("[Warning] One or more build-args [W] were not consumed\n");
    assertThat(build(dockerfile, "--build-arg", "V=2").succeeded()).contains("v=2\n");
  }

  @Test
  void aStepThatFailsSaysSoWithItsCodeAndKeepsTheCacheOfWhatWorked() throws IOException {
    var before = containers();
    var failed = build("FROM busybox:test\nRUN echo kept > /kept\nRUN exit 3\n", "--force-rm");
    assertThat(failed.exit()).isEqualTo(3);
    assertThat(failed.err())
        .contains("The command '/bin/sh -c exit 3' returned a non-zero code: 3");
    assertThat(failed.out()).contains("   3 | >>> RUN exit 3");
    assertThat(containers()).isEqualTo(before);
    assertThat(build("FROM busybox:test\nRUN echo kept > /kept\nRUN true\n").succeeded())
        .contains("RUN echo kept > /kept\n ---> Using cache");
  }

  @Test
  void aFileThatIsNoDockerfileIsRefusedWithItsLine() throws IOException {
    var refused = build("FROM busybox:test\nNONSENSE x\n");
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.err())
        .contains(
            "Error response from daemon: dockerfile parse error on line 2: unknown instruction:"
                + " NONSENSE");
    assertThat(build("FROM busybox:test\nCOPY nosuch /\n").err())
        .contains(
            "COPY failed: file not found in build context or excluded by .dockerignore: stat"
                + " nosuch: file does not exist");
  }

  @Test
  void whatTheIgnoreFileNamesIsNotThere() throws IOException {
    file(".dockerignore", "*.log\n**/tmp\n!keep.log\nDockerfile\n");
    file("a.log", "");
    file("keep.log", "");
    file("d/tmp/x", "");
    file("d/y", "");
    var listed =
        build("FROM busybox:test\nCOPY . /all\nRUN cd /all && find . -type f | sort\n").succeeded();
    assertThat(listed).contains("./.dockerignore\n./d/y\n./keep.log\n");
  }

  @Test
  void documentsInTheFileAreCommandsAndFiles() throws IOException {
    var said =
        build(
                """
                FROM busybox:test
                ARG WHO=world
                COPY <<EOF <<-'RAW' /docs/
                hello $WHO
                EOF
                \tas $IT is
                \tRAW
                RUN <<EOF
                cat /docs/EOF
                cat /docs/RAW
                EOF
                """)
            .succeeded();
    assertThat(said).contains("hello world\nas $IT is\n");
  }

  @Test
  void aCacheMountOutlivesTheBuildAndIsNoPartOfTheImage() throws IOException {
    var dockerfile =
        """
        FROM busybox:test
        ARG N
        RUN --mount=type=cache,target=/c,id=e2e echo $N >> /c/n; cat /c/n
        RUN test ! -e /c && echo no trace
        """;
    build(dockerfile, "--build-arg", "N=1").succeeded();
    assertThat(build(dockerfile, "--build-arg", "N=2").succeeded())
        .contains("1\n2\n")
        .contains("\nno trace\n");
  }

  @Test
  void stepsHaveTheLimitsTheNamesAndTheNetworkThatTheClientAsksFor() throws IOException {
    var said =
        build(
                """
                FROM busybox:test
                RUN ulimit -n; ulimit -Hn; df -k /dev/shm | tail -n1; ls /sys/class/net; cat /etc/hosts
                RUN sed -n s,.*:memory:,/sys/fs/cgroup/memory,p /proc/self/cgroup >/dev/null; \
                  cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max \
                    /sys/fs/cgroup/cpu/cpu.cfs_quota_us /sys/fs/cgroup/cpu.max 2>/dev/null || true
                """,
                "--memory=64m",
                "--memory-swap=96m",
                "--cpu-period=50000",
                "--cpu-quota=25000",
                "--ulimit=nofile=100:200",
                "--shm-size=17m",
                "--add-host=some.where:192.0.2.7",
                "--network=none")
            .succeeded();
    assertThat(said)
        .contains("\n100\n200\nshm ", " 17408 ", "\nlo\n127.0.0.1", "192.0.2.7\tsome.where\n")
        .contains("67108864\n", "25000");
    assertThat(build("FROM busybox:test\nRUN true\n", "--memory=1m").err())
        .contains("Minimum memory limit allowed is 6MB");
    assertThat(build("FROM busybox:test\nRUN true\n", "--isolation=hyperv").err())
        .contains("Unsupported isolation: \"hyperv\"");
    assertThat(build("FROM busybox:test\nRUN true\n", "--platform=a/b/c/d").err())
        .contains("\"a/b/c/d\": cannot parse platform specifier: invalid argument");
  }

  @Test
  void theImageSaysWhatTheClassicBuilderWouldSay() throws IOException {
    var said =
        build(
                """
                ARG TAG=test
                FROM busybox:${TAG}
                RUN true
                RUN true
                RUN echo in red >&2
                EXPOSE 90/udp 100-101 80
                SHELL ["/bin/sh", "-ec"]
                VOLUME ["/a", "/b"]
                HEALTHCHECK --interval=5s --retries=2 CMD ["x"]
                """,
                "--no-cache",
                "--label=b=2",
                "--label=a=1",
                "-t",
                "says:all")
            .succeeded();
    assertThat(said)
        .containsSubsequence(
            "Step 1/11 : ARG TAG=test\nStep 2/11 : FROM busybox:${TAG}\n ---> ",
            "\n\u001b[91min red\n\u001b[0m",
            "Step 10/11 : LABEL a=1\n",
            "Step 11/11 : LABEL b=2\n");
    assertThat(docker.run("inspect", "-f", "{{.Config.Env}} {{len .RootFS.Layers}}", "says:all"))
        .extracting(Command.Result::out)
        .isEqualTo("[PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin] 1\n");
    assertThat(docker.run("history", "--no-trunc", "--format", "{{.CreatedBy}}", "says:all").out())
        .startsWith(
            """
            /bin/sh -ec #(nop)  LABEL b=2
            /bin/sh -ec #(nop)  LABEL a=1
            /bin/sh -ec #(nop)  HEALTHCHECK &{["CMD" "x"] "5s" "0s" "0s" "0s" '\\x02'}
            /bin/sh -ec #(nop)  VOLUME [/a /b]
            /bin/sh -ec #(nop)  SHELL [/bin/sh -ec]
            /bin/sh -c #(nop)  EXPOSE 100-101 80 90/udp
            /bin/sh -c echo in red >&2
            /bin/sh -c true
            /bin/sh -c true
            """);
  }

  @Test
  void aDockerfileMayComeOnItsOwnOrBesideAContextAndAContextPacked() throws IOException {
    file("inside", "from the context\n");
    var socket = "unix://" + host.dockerSocket();
    var words = List.of("env", "DOCKER_BUILDKIT=0", "docker", "-H", socket, "build", "-f", "-");
    var beside =
        Command.run(
            Stream.concat(words.stream(), Stream.of(context.toString())).toList(),
            "FROM busybox:test\nCOPY inside /i\nRUN cat /i\n");
    assertThat(beside.succeeded()).contains("from the context\n");
    assertThat(
            Command.run(
                    List.of("env", "DOCKER_BUILDKIT=0", "docker", "-H", socket, "build", "-"),
                    "FROM busybox:test\nRUN echo alone\n")
                .succeeded())
        .contains("alone\n");

    file("Dockerfile", "FROM busybox:test\nCOPY inside /i\nRUN cat /i\n");
    for (var packing : List.of("--gzip", "--bzip2", "--xz", "--zstd")) {
      var packed = host.directory().resolve("context" + packing);
      Command.run(List.of("tar", "-C", context.toString(), packing, "-cf", packed.toString(), "."))
          .succeeded();
      assertThat(
              new DockerApi(host.dockerSocket())
                  .postTar("/build?nocache=1", Files.readAllBytes(packed))
                  .text())
          .as(packing)
          .contains("from the context\\n", "Successfully built");
    }
  }

  @Test
  void whatAStepWritesIntoABindMountIsThrownAway() throws IOException {
    file("f", "");
    assertThat(
            build(
                    """
                    FROM busybox:test
                    RUN --mount=type=bind,target=/b,rw touch /b/new && ls /b && rm /b/f
                    RUN --mount=type=bind,target=/b ls /b && ! touch /b/x
                    """)
                .succeeded())
        .contains("Dockerfile\nf\nnew\n", "Dockerfile\nf\n\u001b");
  }

  @Test
  void aRepositoryIsAContext() throws IOException {
    file("repo.git/Dockerfile", "FROM busybox:test\nCOPY inside /inside\nRUN cat /inside\n");
    file("repo.git/inside", "from a repository\n");
    var repository = context.resolve("repo.git").toString();
    Command.run(List.of("git", "init", "-q", repository)).succeeded();
    Command.run(List.of("git", "-C", repository, "add", ".")).succeeded();
    Command.run(
            List.of(
                "git",
                "-C",
                repository,
                "-c",
                "user.name=e2e",
                "-c",
                "user.email=e2e@example.org",
                "commit",
                "-qm",
                "x"))
        .succeeded();
    var answer =
        new DockerApi(host.dockerSocket())
            .postTar("/build?remote=file://" + repository.replace("/", "%2F"), new byte[0]);
    assertThat(answer.text()).contains("from a repository", "Successfully built");
  }

  @Test
  void layersOfAnImageServeAsCache() throws IOException {
    var dockerfile = "FROM busybox:test\nRUN echo lasting > /lasting\nENV A=1\n";
    build(dockerfile, "-t", "cache:source").succeeded();
    docker.run("builder", "prune", "-af").succeeded();
    assertThat(build(dockerfile, "--cache-from", "cache:source").succeeded())
        .contains("RUN echo lasting > /lasting\n ---> Using cache");
  }

  @Test
  void onlyTheIdIsPrintedOnRequest() throws IOException {
    var quiet = build("FROM busybox:test\nRUN echo quiet\n", "-q", "--label", "x=y");
    assertThat(quiet.succeeded()).matches("sha256:[0-9a-f]{64}\n");
    assertThat(docker.run("inspect", "-f", "{{.Config.Labels.x}}", quiet.out().strip()).succeeded())
        .isEqualTo("y\n");
  }

  @Test
  void addUnpacksArchivesAndOnBuildRunsInTheNextImage() throws IOException {
    file("in/packed", "from an archive\n");
    Command.run(List.of("tar", "-C", context + "/in", "-czf", context + "/some.data", "packed"))
        .succeeded();
    build(
            "FROM busybox:test\nADD some.data /out/\nONBUILD RUN cat /out/packed\n",
            "-t",
            "trigger:1")
        .succeeded();
    assertThat(build("FROM trigger:1\n").succeeded())
        .contains("# Executing 1 build trigger", "from an archive\n");
  }

  @Test
  void aClientThatGoesAwayEndsItsBuildAndNothingIsLeft() throws Exception {
    Files.writeString(
        context.resolve("Dockerfile"), "FROM busybox:test\nRUN echo begun; sleep 1000\n");
    var before = containers();
    var words = new ArrayList<>(List.of("docker", "-H", "unix://" + host.dockerSocket()));
    words.addAll(List.of("build", context.toString()));
    var starter = new ProcessBuilder(words).redirectErrorStream(true);
    starter.environment().putAll(Map.of("DOCKER_BUILDKIT", "0"));
    var client = starter.start();
    try (var said =
        new BufferedReader(
            new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(said.lines().anyMatch("begun"::equals)).isTrue();
    } finally {
      client.destroyForcibly();
    }
    Eventually.holds(SOON, () -> assertThat(containers()).isEqualTo(before));
  }

  @Test
  void theCacheIsCountedAndPruned() throws IOException {
    build("FROM busybox:test\nRUN echo pruned > /pruned\n").succeeded();
    assertThat(docker.run("builder", "prune", "-af").succeeded()).contains("Total reclaimed space");
    assertThat(build("FROM busybox:test\nRUN echo pruned > /pruned\n").succeeded())
        .doesNotContain("Using cache");
  }
}
