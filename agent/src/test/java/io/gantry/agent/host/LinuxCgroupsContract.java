package io.gantry.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.cgroup.CgroupFiles;
import io.gantry.agent.host.kernel.ChildProcess;
import io.gantry.agent.host.kernel.Pipe;
import io.gantry.agent.host.kernel.PolledChannel;
import io.gantry.agent.host.kernel.Signals;
import io.gantry.agent.host.kernel.Spawn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The contract on the real kernel, in whatever hierarchies a subclass names. */
abstract class LinuxCgroupsContract extends CgroupsContract {
  final String parent = "/gt" + ThreadLocalRandom.current().nextInt(1 << 30);
  final List<ChildProcess> children = new ArrayList<>();
  private CgroupFiles cgroups;

  abstract Path root();

  /** Every hierarchy's directory that a runtime would make groups in. */
  abstract List<Path> hierarchies();

  @BeforeEach
  void open() throws IOException {
    cgroups = new CgroupFiles(root(), Path.of("/proc"), parent);
  }

  @AfterEach
  void sweep() throws IOException {
    for (var container : cgroups.present()) {
      cgroups.remove(container);
    }
    for (var hierarchy : hierarchies()) {
      Files.deleteIfExists(hierarchy.resolve(parent.substring(1)));
    }
    for (var child : children) {
      child.signal(9);
    }
  }

  @Override
  Cgroups cgroups() {
    return cgroups;
  }

  @Override
  long run(ContainerId container) throws IOException {
    return run(parent, container);
  }

  long run(String below, ContainerId container) throws IOException {
    return run(below, container, Spawn.of(List.of("/bin/sleep", "100")));
  }

  private long run(String below, ContainerId container, Spawn spawn) throws IOException {
    var child = spawn.start();
    children.add(child);
    for (var hierarchy : hierarchies()) {
      var group = Files.createDirectories(hierarchy.resolve(below.substring(1) + "/" + container));
      Files.writeString(group.resolve("cgroup.procs"), "" + child.pid());
    }
    return child.pid();
  }

  @Test
  void removalKillsWhatIsInGroupsBelow() throws Exception {
    var pid = run(id);
    for (var hierarchy : hierarchies()) {
      var inner =
          Files.createDirectories(hierarchy.resolve(parent.substring(1) + "/" + id + "/in"));
      Files.writeString(inner.resolve("cgroup.procs"), "" + pid);
    }
    assertThat(cgroups.processes(id)).containsExactly(pid);
    cgroups.remove(id);
    assertThat(children.getFirst().exit().toCompletableFuture().get(5, TimeUnit.SECONDS))
        .isEqualTo(137);
  }

  @Test
  void groupWithAnotherParentIsFoundByTheNextAgent() throws Exception {
    var other = parent + "/custom";
    assertThat(cgroups.path(id, other)).isEqualTo(other + "/" + id);
    var pid = run(other, id);
    var next = new CgroupFiles(root(), Path.of("/proc"), parent);
    assertThat(next.processes(id)).containsExactly(pid);
    next.remove(id);
    for (var hierarchy : hierarchies()) {
      Files.delete(hierarchy.resolve(other.substring(1)));
    }
  }

  @Test
  void frozenProcessesStandStill() throws Exception {
    // A signal that is handled waits for the thaw in both versions; a fatal one would not in 2.
    var script = "trap 'exit 3' TERM; echo ready; while :; do :; done";
    try (var pipe = Pipe.open();
        var source = new PolledChannel(pipe.source())) {
      var spawn = Spawn.of(List.of("/bin/sh", "-c", script)).give(1, pipe.sink());
      var pid = run(parent, id, spawn);
      source.read(ByteBuffer.allocate(6));
      cgroups.freeze(id);
      Signals.send(pid, 15);
      assertThat(cgroups.processes(id)).containsExactly(pid);
      cgroups.thaw(id);
      assertThat(children.getFirst().exit().toCompletableFuture().get(5, TimeUnit.SECONDS))
          .isEqualTo(3);
    }
  }
}
