package io.gantry.ops.e2e;

import static io.gantry.ops.e2e.Busybox.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** docker cp in both directions, docker diff and docker export. */
@Tag("host")
class DockerCopyE2E {
  @RegisterExtension static final RunningAgent AGENT = new RunningAgent();
  private Path here;

  @BeforeEach
  void make() throws IOException {
    here = Files.createTempDirectory("gantry-copy-");
    Files.createDirectories(here.resolve("tree/below"));
    Files.writeString(here.resolve("tree/file"), "text");
    Files.writeString(here.resolve("tree/below/inner"), "inner");
    Files.createSymbolicLink(here.resolve("tree/link"), Path.of("/etc/passwd"));
  }

  @AfterEach
  void delete() throws IOException {
    io.gantry.agent.host.kernel.Tree.delete(here);
  }

  private String local(String name) {
    return here.resolve(name).toString();
  }

  private static String shell(String script) {
    return Command.run(List.of("sh", "-ec", script)).succeeded().stripTrailing();
  }

  private static String docker() {
    return "docker -H unix://" + AGENT.host().dockerSocket() + " ";
  }

  @Test
  void aContainerThatNeverRanTakesAndGivesFilesAlsoThroughItsVolumes() throws Exception {
    AGENT.docker("create", "--name", "fresh", "-v", "through:/not/in/image", IMAGE, "cat");
    AGENT.docker("cp", "-q", local("tree"), "fresh:/tmp/new");
    AGENT.docker("cp", "-q", local("tree/file"), "fresh:/not/in/image/");
    AGENT.docker("cp", "-q", "fresh:/tmp/new", local("back"));

    assertThat(here.resolve("back/below/inner")).hasContent("inner");
    assertThat(Files.readSymbolicLink(here.resolve("back/link"))).hasToString("/etc/passwd");
    assertThat(shell(docker() + "cp fresh:/not/in/image/. - | tar t")).isEqualTo("./\n./file");
    assertThat(AGENT.run("-v", "through:/v", IMAGE, "cat", "/v/file")).isEqualTo("text");
    assertThat(AGENT.docker("diff", "fresh")).contains("A /tmp/new/below/inner", "A /not");
    AGENT.remove("fresh");
    AGENT.docker("volume", "rm", "through");
  }

  @Test
  void aRunningContainerIsSeenAsItsProcessesSeeIt() throws Exception {
    AGENT.detached(
        "--name", "live", "--tmpfs", "/mem", "-v", "seen:/data:ro", IMAGE, "sleep", "1000");
    AGENT.docker("exec", "live", "sh", "-c", "echo inside > /mem/file; ln -s /mem /way");
    AGENT.docker("cp", "-q", "live:/mem/file", local("got"));
    AGENT.docker("cp", "-q", local("tree/file"), "live:/way/put");

    assertThat(here.resolve("got")).hasContent("inside\n");
    assertThat(AGENT.docker("exec", "live", "cat", "/mem/put")).isEqualTo("text");
    var refused = AGENT.docker().run("cp", local("tree/file"), "live:/data/");
    assertThat(refused.err()).contains("mounted volume is marked read-only");
    AGENT.docker("stop", "-t", "0", "live");
    assertThat(AGENT.docker().run("cp", local("tree/file"), "live:/data/").err())
        .contains("mounted volume is marked read-only");
    AGENT.remove("live");
    AGENT.docker("volume", "rm", "seen");
  }

  @Test
  void linksThatSwapMeanwhileLeadNowhereOutOfTheContainer() throws Exception {
    var outside = here.resolve("outside");
    Files.createDirectory(outside);
    Files.writeString(outside.resolve("secret"), "of the host");
    AGENT.detached(
        "--name",
        "racer",
        IMAGE,
        "sh",
        "-c",
        "mkdir -p /a/real /a"
            + outside
            + "; cd /a; while :; do ln -sfn real w; ln -sfn "
            + "../../../../../../../.."
            + outside
            + " w; done");
    for (var round = 0; round < 8; round++) {
      AGENT.docker().run("cp", "-q", local("tree/."), "racer:/a/w/");
      AGENT.docker().run("cp", "-q", "racer:/a/w/.", local("got" + round));
    }

    try (var names = Files.list(outside)) {
      assertThat(names).containsExactly(outside.resolve("secret"));
    }
    assertThat(shell("cat " + here + "/got*/secret 2>/dev/null || true")).isEmpty();
    assertThat(outside.resolve("secret")).hasContent("of the host");
    AGENT.remove("racer");
  }

  @Test
  void refusalsAreDockers() {
    AGENT.docker("create", "--name", "strict", "--read-only", IMAGE, "cat");

    assertThat(AGENT.docker().run("cp", "strict:/nope", here.toString()).err())
        .contains("Could not find the file /nope in container strict");
    assertThat(AGENT.docker().run("cp", local("tree/file"), "strict:/tmp/").err())
        .contains("container rootfs is marked read-only");
    assertThat(AGENT.docker().run("cp", local("tree/file"), "strict:/no/such/").err())
        .contains("no such directory");
    assertThat(AGENT.docker().run("cp", local("tree"), "strict:/etc/passwd").err())
        .contains("cannot copy directory");
    assertThat(AGENT.docker().run("cp", "nobody:/x", here.toString()).err())
        .contains("No such container: nobody");
    AGENT.remove("strict");
  }

  @Test
  void ownersFollowTheArchiveOrTheUser() throws Exception {
    Files.setAttribute(here.resolve("tree/file"), "unix:uid", 1234);
    AGENT.docker("create", "--name", "owned", "-u", "nobody", IMAGE, "stat", "-c", "%u", "/tmp/f");
    AGENT.docker("cp", "-q", local("tree/file"), "owned:/tmp/f");
    assertThat(AGENT.docker("start", "-a", "owned")).isEqualTo("1234");
    AGENT.docker("cp", "-q", "-a", local("tree/file"), "owned:/tmp/f");
    assertThat(AGENT.docker("start", "-a", "owned")).isEqualTo("65534");
    AGENT.docker("cp", "-q", "-L", "owned:/bin/sh", local("sh"));
    assertThat(Files.isRegularFile(here.resolve("sh"), LinkOption.NOFOLLOW_LINKS)).isTrue();
    AGENT.remove("owned");
  }

  @Test
  void whatChangedIsToldAndExported() {
    AGENT.docker(
        "run",
        "--name",
        "changer",
        IMAGE,
        "sh",
        "-c",
        "echo x > /etc/new; rm /etc/group; chmod 700 /root; mknod /tmp/p p");

    assertThat(AGENT.docker("diff", "changer").lines())
        .containsExactly("C /etc", "D /etc/group", "A /etc/new", "C /root", "C /tmp", "A /tmp/p");
    shell(
        docker()
            + "export changer | "
            + docker()
            + "import --change 'CMD [\"cat\", \"/etc/new\"]' - again:1");
    assertThat(AGENT.run("again:1")).isEqualTo("x");
    AGENT.remove("changer");
    AGENT.docker("rmi", "again:1");
  }
}
