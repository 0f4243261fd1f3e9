package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The whole way of an image: a Debian made by debootstrap, imported, built on, pushed, copied by
 * skopeo there and back, removed, pulled by another agent and run there. Fetches from a Debian
 * mirror, and is skipped where none is reached.
 */
@Tag("host")
@EnabledIfSystemProperty(
    named = "gantry.long",
    matches = "true",
    disabledReason = "two minutes and a Debian mirror: ./dev e2e DebianImageE2E")
class DebianImageE2E {
  private static final String DIGEST = "sha256:[0-9a-f]{64}";
  private static final String DOCKERFILE =
      """
      FROM 127.0.0.1:5000/debian:base AS maker
      WORKDIR /work
      COPY count.sh .
      RUN sh count.sh > made
      FROM 127.0.0.1:5000/debian:base
      ENV GREETING=hello
      COPY --from=maker /work/made /usr/share/made
      RUN useradd -m someone && test -s /usr/share/made
      USER someone
      CMD ["sh", "-c", "echo $GREETING from $(id -un); cat /usr/share/made"]
      """;

  private TempHost host;
  private TempHost other;

  @BeforeEach
  void makeHosts() {
    assumeTrue(DockerCli.installed(), "docker's command line is not installed");
    assumeTrue(DebianRegistry.installed(), "docker-registry is not installed");
    host = TempHost.create();
    other = host.beside();
  }

  @AfterEach
  void removeHosts() {
    try (var _ = host;
        var _ = other) {
      // Closed in this order: the other, which is in the network of the first.
    }
  }

  @Test
  void aDebianIsImportedBuiltOnPushedAndRunByAnotherAgentAndSkopeoAgrees() throws IOException {
    var made = debootstrap();
    assumeTrue(made.exit() == 0, "debootstrap does not reach its mirror: " + made.err());

    try (var registry = DebianRegistry.start(host, "127.0.0.1:5000")) {
      var app = registry.address() + "/app:1";
      String id;
      String digest;
      try (var _ = AgentProcess.start(host)) {
        var docker = new DockerCli(host);
        docker.run("import", tar(), registry.address() + "/debian:base").succeeded();
        id = build(docker, app);
        docker.run("push", app).succeeded();
        digest = pushedDigest(docker, app);
        docker.run("rmi", app, registry.address() + "/debian:base").succeeded();
        docker.run("builder", "prune", "-af").succeeded();
        assertThat(docker.run("images", "-aq").succeeded()).isEmpty();
      }
      assertThat(digest).matches(DIGEST);
      copiedThereAndBack(registry.address(), digest);
      try (var _ = AgentProcess.start(other)) {
        pulledAndRun(new DockerCli(other), registry.address(), id, digest);
      }
    }
  }

  private static void pulledAndRun(DockerCli docker, String registry, String id, String digest) {
    var app = registry + "/app:1";
    assertThat(docker.run("pull", app).succeeded()).contains("Digest: " + digest);
    assertThat(docker.run("inspect", "-f", "{{.Id}}", app).succeeded().strip()).isEqualTo(id);
    assertThat(docker.run("run", "--rm", app).succeeded())
        .startsWith("hello from someone\n")
        .contains("packages");
    var back = registry + "/back:1";
    assertThat(docker.run("pull", back).succeeded()).contains("Digest: " + digest);
    assertThat(docker.run("inspect", "-f", "{{.Id}}", back).succeeded().strip()).isEqualTo(id);
    docker.run("rmi", app, back).succeeded();
  }

  /** In mounts of its own: what it mounts below the root it makes is gone when it ends. */
  private Command.Result debootstrap() {
    var root = host.directory().resolve("root").toString();
    return Command.run(
        Stream.concat(
                Stream.of("unshare", "-m", "--propagation", "private"),
                Stream.of("debootstrap", "--variant=minbase", "bookworm", root))
            .toList());
  }

  private String tar() {
    var tar = host.directory().resolve("root.tar").toString();
    var root = host.directory().resolve("root").toString();
    Command.run(List.of("tar", "-C", root, "-cf", tar, ".")).succeeded();
    return tar;
  }

  private String build(DockerCli docker, String name) throws IOException {
    var context = Files.createDirectory(host.directory().resolve("context"));
    Files.writeString(context.resolve("Dockerfile"), DOCKERFILE);
    Files.writeString(
        context.resolve("count.sh"), "echo $(dpkg-query -W | wc -l) packages, $(date +%Y)\n");
    var words = Stream.of("env", "DOCKER_BUILDKIT=0", "docker", "-H");
    var more = Stream.of("unix://" + host.dockerSocket(), "build", "-t", name, context.toString());
    var said = Command.run(Stream.concat(words, more).toList()).succeeded();
    assertThat(said).contains("Step 10/10 : CMD", "Successfully tagged " + name);
    return docker.run("inspect", "-f", "{{.Id}}", name).succeeded().strip();
  }

  private static String pushedDigest(DockerCli docker, String name) {
    var template = "{{index .RepoDigests 0}}";
    return docker.run("inspect", "-f", template, name).succeeded().strip().replaceFirst(".*@", "");
  }

  /** From the registry to a directory and back under another name: the same manifest each time. */
  private void copiedThereAndBack(String registry, String digest) {
    var directory = "dir:" + host.directory().resolve("copy");
    skopeo("copy", "--src-tls-verify=false", "docker://" + registry + "/app:1", directory);
    skopeo("copy", "--dest-tls-verify=false", directory, "docker://" + registry + "/back:1");
    for (var name : List.of("app", "back")) {
      var address = "docker://%s/%s:1".formatted(registry, name);
      assertThat(skopeo("inspect", "--tls-verify=false", address))
          .contains("\"Digest\": \"" + digest + "\"");
    }
  }

  private String skopeo(String... words) {
    var command =
        Stream.concat(Stream.of("skopeo", "--insecure-policy"), Stream.of(words)).toList();
    return Command.run(host.inNetwork(command)).succeeded();
  }
}
