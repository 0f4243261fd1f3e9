package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code gantry pull}, {@code push} and {@code cp}: images and files over gRPC. */
@Tag("host")
class GantryTransfersE2E {
  private static final String DIGEST = "sha256:[0-9a-f]{64}";
  private static final int SEVERAL_PIECES = 30_000_000;

  @TempDir private Path here;
  private TempHost host;
  private AgentProcess agent;

  @BeforeEach
  void start() throws IOException {
    host = TempHost.create();
    agent = AgentProcess.start(host);
    Busybox.importInto(host);
  }

  @AfterEach
  void stop() {
    try (var _ = host;
        var _ = agent) {
      // Closed in this order: the agent, then its host.
    }
  }

  private String gantry(String... words) {
    return host.gantry(words).succeeded();
  }

  @Test
  void anImageGoesToARegistryWithAPasswordAndComesBackWithBars() throws Exception {
    assumeTrue(DebianRegistry.installed(), "docker-registry is not installed");
    var passwords = host.directory().resolve("htpasswd");
    Files.writeString(
        passwords, Command.run(List.of("htpasswd", "-nbB", "u", "secret")).succeeded());
    var auth = "auth: {htpasswd: {realm: test, path: %s}}".formatted(passwords);
    try (var registry = DebianRegistry.start(host, "127.0.0.1:5000", auth)) {
      var name = registry.address() + "/busybox:1";
      gantry("tag", Busybox.IMAGE, name);

      assertThat(host.gantry("push", "--no-login", name).err()).contains("no basic auth");
      var pushed = host.gantry(List.of("push", "-q", "-u", "u", name), "secret\n").succeeded();
      assertThat(pushed).matches(DIGEST + "\n");
      gantry("rmi", name, Busybox.IMAGE);
      assertThat(host.gantry(List.of("pull", "-u", "u", name), "wrong").err())
          .contains("unauthorized");

      var shown = typed("pull", name);
      assertThat(shown)
          .contains("Pulling from busybox", "Downloading [", "Pull complete")
          .contains("Digest: " + pushed.strip())
          .contains("Status: Downloaded newer image for " + name);
      assertThat(gantry("run", "--rm", name, "echo", "it runs")).isEqualTo("it runs\n");
      assertThat(host.gantry("pull", registry.address() + "/nosuch:1").exit()).isEqualTo(1);
    }
  }

  /** At a terminal, after {@code docker login}. */
  private String typed(String... words) throws IOException {
    var login = Files.createDirectories(here.resolve("docker")).resolve("config.json");
    Files.writeString(login, "{\"auths\": {\"127.0.0.1:5000\": {\"auth\": \"dTpzZWNyZXQ=\"}}}");
    var line =
        "stty cols 100 rows 30; DOCKER_CONFIG=%s %s --grpc unix://%s %s"
            .formatted(
                login.getParent(),
                AgentProcess.DISTRIBUTION.resolve("bin/gantry"),
                host.grpcSocket(),
                String.join(" ", words));
    return Command.run(List.of("script", "-qec", line, "/dev/null")).succeeded();
  }

  @Test
  void aPullWaitsForTheAgentAndGoesOn() throws Exception {
    assumeTrue(DebianRegistry.installed(), "docker-registry is not installed");
    try (var registry = DebianRegistry.start(host, "127.0.0.1:5000")) {
      var name = registry.address() + "/large:1";
      var noise = new byte[SEVERAL_PIECES];
      new Random(1).nextBytes(noise);
      var root = Files.createDirectory(here.resolve("root"));
      Files.write(root.resolve("noise"), noise);
      var tar = here.resolve("root.tar").toString();
      Command.run(List.of("tar", "-C", root.toString(), "-cf", tar, ".")).succeeded();
      var id = gantry("import", tar, name).strip();
      gantry("push", "-q", name);
      gantry("rmi", name);

      var pull =
          new ProcessBuilder(
                  AgentProcess.DISTRIBUTION.resolve("bin/gantry").toString(),
                  "--grpc",
                  "unix://" + host.grpcSocket(),
                  "pull",
                  "-q",
                  name)
              .start();
      Eventually.holds(
          RunningAgent.SOON,
          () ->
              assertThat(host.state().resolve("content/arrivals"))
                  .isDirectoryContaining(file -> file.toFile().length() > 0));
      agent.kill();
      agent = AgentProcess.start(host);

      assertThat(Command.finished(List.of("gantry", "pull"), pull, "").out().strip()).isIn(id, "");
      Eventually.holds(RunningAgent.SOON, () -> assertThat(gantry("inspect", name)).contains(id));
      assertThat(gantry("pull", "-q", name).strip()).isEqualTo(id);
    }
  }

  @Test
  void filesAreCopiedBothWaysAsCpDoes() throws IOException {
    var directory = Files.createDirectories(here.resolve("d/sub"));
    Files.writeString(directory.resolve("x"), "two\n");
    Files.writeString(here.resolve("d/a b"), "one\n");
    Files.createSymbolicLink(here.resolve("d/l"), Path.of("sub/x"));
    gantry("run", "-d", "--name", "box", Busybox.IMAGE, "sleep", "1000");

    gantry("cp", here.resolve("d").toString(), "box:/tmp");
    gantry("cp", here.resolve("d").toString(), "box:/tmp/new");
    gantry("cp", here + "/d/.", "box:/root");
    gantry("cp", here.resolve("d/a b").toString(), "box:/tmp/renamed");
    assertThat(gantry("exec", "box", "sh", "-c", "cd /; find tmp root | sort | tr '\\n' ' '"))
        .isEqualTo(
            "root root/a b root/l root/sub root/sub/x tmp tmp/d tmp/d/a b tmp/d/l tmp/d/sub"
                + " tmp/d/sub/x tmp/new tmp/new/a b tmp/new/l tmp/new/sub tmp/new/sub/x"
                + " tmp/renamed ");

    var out = Files.createDirectory(here.resolve("out"));
    gantry("cp", "box:/tmp/new", out.toString());
    gantry("cp", "box:/tmp/new", here.resolve("fresh").toString());
    gantry("cp", "box:/tmp/new/.", out.toString());
    gantry("cp", "box:/tmp/renamed", here.resolve("file").toString());
    assertThat(tree(out)).isEqualTo("a b, l, new, new/a b, new/l, new/sub, new/sub/x, sub, sub/x");
    assertThat(tree(here.resolve("fresh"))).isEqualTo("a b, l, sub, sub/x");
    assertThat(here.resolve("fresh/l")).isSymbolicLink().hasContent("two\n");
    assertThat(here.resolve("file")).hasContent("one\n");

    assertThat(host.gantry("cp", here.resolve("d").toString(), "box:/tmp/renamed").err())
        .contains("cannot copy a directory over the file");
    assertThat(host.gantry("cp", "box:/nosuch", out.toString()).err())
        .contains("Could not find the file /nosuch in container box");
    assertThat(host.gantry("cp", here.resolve("file").toString(), "nobody:/").err())
        .contains("No such container: nobody");
  }

  private static String tree(Path directory) throws IOException {
    try (var paths = Files.walk(directory)) {
      return paths
          .skip(1)
          .map(path -> directory.relativize(path).toString())
          .sorted()
          .collect(Collectors.joining(", "));
    }
  }
}
