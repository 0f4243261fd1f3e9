package io.gantry.ops.e2e;

import static io.gantry.ops.e2e.Busybox.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Images made from containers, kept in archives, removed with Docker's rules and words. */
@Tag("host")
class DockerImagesE2E {
  @RegisterExtension static final RunningAgent AGENT = new RunningAgent();
  private Path here;

  @BeforeEach
  void make() throws IOException {
    here = Files.createTempDirectory("gantry-images-");
  }

  @AfterEach
  void delete() throws IOException {
    io.gantry.agent.host.kernel.Tree.delete(here);
  }

  private static String shell(String script) {
    return Command.run(List.of("sh", "-ec", script)).succeeded().stripTrailing();
  }

  private static String commit(String name, String script, String... options) {
    AGENT.docker("run", "--name", "base-" + name, IMAGE, "sh", "-c", script);
    var words = new java.util.ArrayList<>(List.of("commit"));
    words.addAll(List.of(options));
    words.addAll(List.of("base-" + name, name + ":1"));
    var id = AGENT.docker(words.toArray(String[]::new));
    AGENT.remove("base-" + name);
    return id;
  }

  @Test
  void aCommitKeepsFilesAndConfigurationAndKnowsItsParent() {
    var id =
        commit(
            "made",
            "echo x > /made; rm /etc/group",
            "-m",
            "because",
            "-a",
            "me",
            "-c",
            "ENV A=1",
            "-c",
            "CMD [\"sh\", \"-c\", \"cat /made; echo $A; ls /etc/group 2>&1\"]");

    assertThat(id).startsWith("sha256:");
    assertThat(AGENT.docker().run("run", "--rm", "made:1").out())
        .startsWith("x\n1\n")
        .contains("No such file");
    assertThat(AGENT.inspect("{{.Parent}} {{.Author}} {{.Comment}}", "made:1"))
        .isEqualTo(AGENT.inspect("{{.Id}}", IMAGE) + " me because");
    assertThat(AGENT.docker("history", "--no-trunc", "--format", "{{.ID}}", "made:1").lines())
        .containsExactly(id, AGENT.inspect("{{.Id}}", IMAGE));
    assertThat(AGENT.docker().run("rmi", "-f", AGENT.inspect("{{.Id}}", IMAGE)).err())
        .contains("(cannot be forced) - image has dependent child images");
    AGENT.docker("rmi", "made:1");
  }

  @Test
  void aRunningContainerIsCommittedWhileItStandsStill() {
    AGENT.detached("--name", "writer", IMAGE, "sh", "-c", "while :; do echo x >> /log; done");
    AGENT.docker("commit", "writer", "still:1");

    assertThat(AGENT.inspect("{{.State.Status}}", "writer")).isEqualTo("running");
    assertThat(AGENT.run("still:1", "test", "-s", "/log")).isEmpty();
    assertThat(eventsOf("writer")).containsSubsequence("start", "pause", "unpause", "commit");
    AGENT.remove("writer");
    AGENT.docker("rmi", "still:1");
  }

  private static List<String> eventsOf(String container) {
    return AGENT
        .docker(
            "events",
            "--since",
            "1h",
            "--until=-1s", // the command line cuts this to whole seconds
            "-f",
            "container=" + container,
            "--format",
            "{{.Action}}")
        .lines()
        .toList();
  }

  @Test
  void removalsAreRefusedInDockersWords() {
    var id = commit("used", "echo used > /u");
    var brief = id.substring(7, 19);
    var user = AGENT.detached("--name", "user", "used:1", "sleep", "1000").substring(0, 12);

    assertThat(AGENT.docker().run("rmi", "used:1").err())
        .contains(
            "conflict: unable to remove repository reference \"used:1\" (must force) - container "
                + user
                + " is using its referenced image "
                + brief);
    assertThat(AGENT.docker().run("rmi", "-f", id).err())
        .contains(
            "conflict: unable to delete "
                + brief
                + " (cannot be forced) - image is being used by running container "
                + user);
    AGENT.docker("stop", "-t", "0", "user");
    assertThat(AGENT.docker().run("rmi", id).err())
        .contains("(must be forced) - image is being used by stopped container " + user);
    AGENT.remove("user");
    AGENT.docker("tag", "used:1", "other:2");
    assertThat(AGENT.docker().run("rmi", id).err())
        .contains("(must be forced) - image is referenced in multiple repositories");
    assertThat(AGENT.docker("rmi", "used:1")).isEqualTo("Untagged: used:1");
    assertThat(AGENT.docker("rmi", "-f", id)).contains("Untagged: other:2", "Deleted: " + id);
  }

  @Test
  void aForcedRemovalLeavesARunningContainerItsFiles() {
    commit("pulled-away", "echo here > /here");
    AGENT.detached("--name", "stays", "pulled-away:1", "sleep", "1000");
    AGENT.docker("stop", "-t", "0", "stays");
    AGENT.docker("rmi", "-f", "pulled-away:1");
    AGENT.docker("start", "stays");

    assertThat(AGENT.docker("exec", "stays", "cat", "/here")).isEqualTo("here");
    AGENT.remove("stays");
  }

  @Test
  void manyImagesTravelInOneArchive() {
    var one = commit("one", "echo 1 > /one");
    var two = commit("two", "echo 2 > /two");
    AGENT.docker("tag", "one:1", "one:also");
    var file = here.resolve("images.tar").toString();
    AGENT.docker("save", "-o", file, "one", "two:1");
    AGENT.docker("rmi", "one:1", "one:also", "two:1");
    for (var pack : List.of("gzip", "xz -0", "bzip2 -1")) {
      assertThat(
              shell(
                      pack
                          + " < "
                          + file
                          + " | docker -H unix://"
                          + AGENT.host().dockerSocket()
                          + " load -q")
                  .lines())
          .containsExactlyInAnyOrder(
              "Loaded image: one:1", "Loaded image: one:also", "Loaded image: two:1");
      assertThat(AGENT.inspect("{{.Id}}", "one:also")).isEqualTo(one);
      assertThat(AGENT.inspect("{{.Id}}", "two:1")).isEqualTo(two);
      assertThat(AGENT.run("one:1", "cat", "/one")).isEqualTo("1");
      AGENT.docker("rmi", "one:1", "one:also", "two:1");
    }
  }

  @Test
  void danglingImagesArePrunedAndTheOthersOnlyWhenAsked() {
    var first = commit("pruned", "echo 1 > /1", "-c", "LABEL prune=me");
    var second = commit("pruned", "echo 2 > /2", "-c", "LABEL prune=me");

    assertThat(AGENT.docker("images", "-q", "--no-trunc", "-f", "dangling=true")).isEqualTo(first);
    assertThat(AGENT.docker("image", "prune", "-f", "--filter", "label=prune=me"))
        .contains("deleted: " + first)
        .doesNotContain(second);
    assertThat(
            AGENT.docker(
                "image", "prune", "-af", "--filter", "label=prune=me", "--filter", "until=10m"))
        .doesNotContain(second);
    assertThat(AGENT.docker("image", "prune", "-af", "--filter", "label=prune=me"))
        .contains("untagged: pruned:1", "deleted: " + second);
  }

  @Test
  void theDisksUseIsTold() {
    commit("large", "dd if=/dev/zero of=/zero bs=1M count=3 2>/dev/null");
    AGENT.docker("run", "--name", "writes", "large:1", "sh", "-c", "echo 12345 > /six");

    var line =
        AGENT
            .docker("system", "df", "-v")
            .lines()
            .filter(text -> text.startsWith("large"))
            .findFirst()
            .orElseThrow();
    assertThat(line).contains("3.146MB").contains("1.98");
    assertThat(AGENT.docker("ps", "-as", "-f", "name=writes", "--format", "{{.Size}}"))
        .startsWith("6B (virtual 5.1");
    AGENT.remove("writes");
    AGENT.docker("rmi", "large:1");
  }
}
