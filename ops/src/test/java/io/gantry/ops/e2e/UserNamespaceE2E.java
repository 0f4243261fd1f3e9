package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Containers with user namespaces of their own: whom their files belong to, inside and outside. */
@Tag("host")
class UserNamespaceE2E {
  @RegisterExtension static final RunningAgent AGENT = new RunningAgent();

  private static final String IMAGE = Busybox.IMAGE;
  private static final String[] OWN = {"--label", "io.gantry.userns=private"};
  private static final String OWNER = "stat -c %u:%g ";

  @BeforeAll
  static void letTheirRootsReachTheirFiles() throws IOException {
    Files.setPosixFilePermissions(
        AGENT.host().directory(), PosixFilePermissions.fromString("rwx--x--x"));
  }

  @Test
  void rootOfTheContainerIsNobodyOfTheHost() throws IOException {
    var id = own("sleep", "1000");
    var first = first(id);
    assertThat(first).isGreaterThanOrEqualTo(0x70000000L);
    assertThat(exec(id, "id -u; cat /proc/self/uid_map").split("\\s+"))
        .containsExactly("0", "0", Long.toString(first), "65536");
    exec(id, "echo mine > /new; chown 5:6 /new; touch /rooted");
    var upper = containers(id).resolve("upper");
    assertThat(owner(upper.resolve("new"))).isEqualTo("%d:%d".formatted(first + 5, first + 6));
    assertThat(owner(upper.resolve("rooted"))).isEqualTo("%d:%d".formatted(first, first));
    assertThat(exec(id, OWNER + "/bin /etc/hosts /.dockerenv /new"))
        .isEqualTo("0:0\n0:0\n0:0\n5:6");
    assertThat(exec(id, "mknod /null c 1 3 2>&1 || echo refused")).contains("refused");
    assertThat(
            AGENT.docker("exec", "-u", "7:8", id, "sh", "-c", "touch /tmp/x; " + OWNER + "/tmp/x"))
        .isEqualTo("7:8");
    assertThat(exec(id, "ping -c1 -W2 $(ip route | sed -n 's/default via \\([^ ]*\\).*/\\1/p')"))
        .contains("1 packets received");
    AGENT.remove(id);
  }

  @Test
  void noTwoHaveTheSameIds() {
    var one = own("sleep", "1000");
    var two = own("sleep", "1000");
    assertThat(first(one)).isNotEqualTo(first(two));
    AGENT.remove(one);
    AGENT.remove(two);
  }

  @Test
  void volumesHoldTheContainersIdsAndBindsTheHosts() throws IOException {
    var bound = Files.createDirectories(AGENT.host().directory().resolve("bound"));
    var one = own("-v", "userns-shared:/data", "-v", bound + ":/bound", "sleep", "1000");
    exec(one, "touch /data/root; touch /data/five; chown 5:5 /data/five");
    var two = own("-v", "userns-shared:/data", "sleep", "1000");
    assertThat(exec(two, OWNER + "/data/root /data/five")).isEqualTo("0:0\n5:5");
    assertThat(AGENT.run("-v", "userns-shared:/data", IMAGE, "stat", "-c", "%u:%g", "/data/five"))
        .isEqualTo("5:5");
    assertThat(exec(one, "touch /bound/x 2>&1 || echo refused")).contains("refused");
    Files.setAttribute(bound, "unix:uid", (int) first(one));
    exec(one, "touch /bound/x");
    assertThat(owner(bound.resolve("x"))).isEqualTo("%d:%d".formatted(first(one), first(one)));
    assertThat(exec(one, OWNER + "/bound/x")).isEqualTo("0:0");
    AGENT.remove(one);
    AGENT.remove(two);
    AGENT.docker("volume", "rm", "userns-shared");
  }

  @Test
  void copiesCommitsAndExportsHaveTheContainersIds() throws IOException {
    var id = own("-v", "/etc/vol", "sleep", "1000");
    exec(id, "echo x > /made; chown 5:6 /made; rm /bin/yes; echo v > /etc/vol/in");
    var file = Files.writeString(AGENT.host().directory().resolve("given"), "given");
    Files.setAttribute(file, "unix:uid", 1000);
    for (var running : new boolean[] {true, false}) {
      if (!running) {
        AGENT.docker("stop", "-t", "0", id);
      }
      assertThat(listed("cp", id + ":/made", "-")).contains(" 5/6 ");
      assertThat(listed("cp", id + ":/etc/vol/in", "-")).contains(" 0/0 ");
      assertThat(listed("export", id)).containsPattern(" 5/6 .* made\n").doesNotContain("/65534 ");
      AGENT.docker("cp", file.toString(), id + ":/given-" + running);
      AGENT.docker("cp", file.toString(), id + ":/etc/vol/given-" + running);
      assertThat(AGENT.docker("diff", id).lines()).contains("D /bin/yes", "A /made");
      AGENT.docker("commit", id, "userns-image");
      assertThat(AGENT.run("userns-image", "sh", "-c", OWNER + "/made; ls /bin/yes 2>&1; true"))
          .startsWith("5:6\n")
          .contains("No such file");
      AGENT.docker("rmi", "userns-image");
    }
    AGENT.docker("start", id);
    assertThat(exec(id, OWNER + "/made /given-true /given-false /etc/vol/given-false"))
        .isEqualTo("5:6\n1000:0\n1000:0\n1000:0");
    AGENT.remove(id);
  }

  @Test
  void whatCannotBeSharedFromInsideIsRefused() {
    assertThat(failure("--privileged"))
        .contains("privileged mode is incompatible with user namespaces");
    assertThat(failure("--network", "host"))
        .contains("cannot share the host's network namespace when user namespaces are enabled");
    assertThat(failure("--pid", "host"))
        .contains("cannot share the host's PID namespace when user namespaces are enabled");
    var plain = AGENT.detached(IMAGE, "sleep", "1000");
    assertThat(failure("--network", "container:" + plain)).contains("another user namespace");
    AGENT.remove(plain);
  }

  private static String own(String... words) {
    var command = Stream.of(words).toList();
    var at = command.indexOf("sleep");
    return AGENT.detached(
        Stream.of(
                Stream.of(OWN),
                command.subList(0, at).stream(),
                Stream.of(IMAGE),
                command.subList(at, command.size()).stream())
            .flatMap(each -> each)
            .toArray(String[]::new));
  }

  private static String failure(String... words) {
    var all =
        Stream.of(
                Stream.of("run", "--rm"),
                Stream.of(OWN),
                Stream.of(words),
                Stream.of(IMAGE, "true"))
            .flatMap(each -> each)
            .toArray(String[]::new);
    return AGENT.docker().run(all).err();
  }

  private static String exec(String id, String script) {
    return AGENT.docker("exec", id, "sh", "-c", script);
  }

  /** The first id of the host that is the container's. */
  private static long first(String id) {
    var pid = AGENT.inspect("{{.State.Pid}}", id);
    try {
      return Long.parseLong(
          Files.readString(Path.of("/proc/" + pid + "/uid_map")).strip().split("\\s+")[1]);
    } catch (IOException gone) {
      throw new AssertionError(gone);
    }
  }

  private static Path containers(String id) {
    return AGENT.host().state().resolve("containers").resolve(id);
  }

  private static String owner(Path file) throws IOException {
    return "%s:%s"
        .formatted(Files.getAttribute(file, "unix:uid"), Files.getAttribute(file, "unix:gid"));
  }

  private static String listed(String... words) {
    var tar = AGENT.host().directory().resolve("listed.tar");
    var command =
        "docker -H unix://%s %s > %s"
            .formatted(AGENT.host().dockerSocket(), String.join(" ", words), tar);
    assertThat(Command.run(List.of("sh", "-c", command)).exit()).isZero();
    return Command.run(List.of("tar", "tvf", tar.toString(), "--numeric-owner")).out();
  }
}
