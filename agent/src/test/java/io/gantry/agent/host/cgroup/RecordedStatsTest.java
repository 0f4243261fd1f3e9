package io.gantry.agent.host.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.ContainerId;
import io.gantry.agent.Stats;
import io.gantry.agent.host.Cgroups;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files as kernels of each kind show them. */
class RecordedStatsTest {
  @TempDir Path directory;
  private final ContainerId id = ContainerId.random();

  @BeforeEach
  void host() throws IOException {
    write(
        "proc/stat", "cpu  100 0 50 850 0 0 0 9 0 0\ncpu0 50 0 25 425\ncpu1 50 0 25 425\nintr 1\n");
    write("proc/meminfo", "MemTotal:        2048 kB\nMemFree: 1 kB\n");
  }

  @Test
  void versionTwoIsReadFromOneDirectory() throws Exception {
    write("cg/cgroup.controllers", "cpu io memory pids\n");
    var group = "cg/gantry/" + id + "/";
    write(group + "cgroup.procs", "17\n42\n");
    write(
        group + "cpu.stat",
        """
        usage_usec 5000
        user_usec 3000
        system_usec 2000
        nr_periods 7
        nr_throttled 2
        throttled_usec 900
        """);
    write(group + "memory.current", "1048576\n");
    write(group + "memory.max", "max\n");
    write(group + "memory.peak", "2097152\n");
    write(group + "memory.events", "low 0\nhigh 0\nmax 3\noom 1\noom_kill 1\n");
    write(group + "memory.stat", "anon 4096\nfile 8192\ninactive_file 100\n");
    write(group + "pids.current", "2\n");
    write(group + "pids.max", "100\n");
    write(group + "io.stat", "8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0\n");
    var cgroups = cgroups();
    assertThat(cgroups.mode()).isEqualTo(Cgroups.Mode.V2);
    assertThat(cgroups.processes(id)).containsExactly(17L, 42L);
    assertThat(cgroups.present()).containsExactly(id);
    var stats = cgroups.read(id);
    assertThat(stats)
        .isEqualTo(
            new Stats(
                stats.read(),
                new Stats.Cpu(
                    5_000_000, 2_000_000, 3_000_000, List.of(), 10_000_000_000L, 2, 7, 2, 900_000),
                new Stats.Memory(
                    1048576,
                    2097152,
                    2048 * 1024,
                    3,
                    Map.of("anon", 4096L, "file", 8192L, "inactive_file", 100L),
                    2),
                2,
                100,
                Map.of(),
                List.of(
                    new Stats.BlockIo(8, 0, "read", 1, 3),
                    new Stats.BlockIo(8, 0, "write", 2, 4))));
  }

  @Test
  void versionOneIsReadFromATreeOfEachController() throws Exception {
    writeV1();
    var cgroups = cgroups();
    assertThat(cgroups.mode()).isEqualTo(Cgroups.Mode.V1);
    var stats = cgroups.read(id);
    assertThat(stats)
        .isEqualTo(
            new Stats(
                stats.read(),
                new Stats.Cpu(
                    123456,
                    20_000_000,
                    10_000_000,
                    List.of(100L, 200L),
                    10_000_000_000L,
                    2,
                    5,
                    1,
                    77),
                new Stats.Memory(4096, 8192, 1 << 20, 9, Map.of("cache", 10L, "total_rss", 20L), 1),
                1,
                0,
                Map.of(),
                List.of(
                    new Stats.BlockIo(8, 16, "read", 512, 1),
                    new Stats.BlockIo(8, 16, "write", 1024, 2))));
  }

  @Test
  void hybridTakesCountersFromVersionOneAndCleansBoth() throws Exception {
    writeV1();
    write("cg/unified/cgroup.controllers", "hugetlb\n");
    Files.createDirectories(directory.resolve("cg/unified/gantry/" + id));
    var cgroups = cgroups();
    assertThat(cgroups.mode()).isEqualTo(Cgroups.Mode.HYBRID);
    assertThat(cgroups.read(id).memory().usage()).isEqualTo(4096);
    var other = ContainerId.random();
    var left = Files.createDirectories(directory.resolve("cg/unified/gantry/" + other));
    assertThat(cgroups.present()).containsExactlyInAnyOrder(id, other);
    cgroups.remove(other);
    assertThat(left).doesNotExist();
  }

  @Test
  void groupWithoutControllersCountsItsProcesses() throws Exception {
    write("cg/cgroup.controllers", "\n");
    write("cg/gantry/" + id + "/cgroup.procs", "5\n");
    assertThat(cgroups().read(id).pids()).isEqualTo(1);
  }

  @Property
  void anyTextIsReadAsCounters(@ForAll String text) {
    GroupFiles.table(text);
    StatsV2.blockIo(text);
    HostCounters.parse(text, text);
  }

  private void writeV1() throws IOException {
    for (var controller : List.of("cpu,cpuacct", "memory", "pids", "freezer", "blkio")) {
      write("cg/" + controller + "/cgroup.procs", "");
      write("cg/" + controller + "/gantry/" + id + "/cgroup.procs", "17\n");
    }
    var cpu = "cg/cpu,cpuacct/gantry/" + id + "/";
    write(cpu + "cpuacct.usage", "123456\n");
    write(cpu + "cpuacct.stat", "user 1\nsystem 2\n");
    write(cpu + "cpuacct.usage_percpu", "100 200 \n");
    write(cpu + "cpu.stat", "nr_periods 5\nnr_throttled 1\nthrottled_time 77\n");
    var memory = "cg/memory/gantry/" + id + "/memory.";
    write(memory + "usage_in_bytes", "4096\n");
    write(memory + "max_usage_in_bytes", "8192\n");
    write(memory + "limit_in_bytes", "1048576\n");
    write(memory + "failcnt", "9\n");
    write(memory + "stat", "cache 10\ntotal_rss 20\n");
    write("cg/pids/gantry/" + id + "/pids.current", "1\n");
    write("cg/pids/gantry/" + id + "/pids.max", "max\n");
    var blkio = "cg/blkio/gantry/" + id + "/blkio.throttle.";
    write(
        blkio + "io_service_bytes",
        "8:16 Read 512\n8:16 Write 1024\n8:16 Total 1536\nTotal 1536\n");
    write(blkio + "io_serviced", "8:16 Read 1\n8:16 Write 2\n8:16 Total 3\nTotal 3\n");
  }

  private CgroupFiles cgroups() throws IOException {
    return new CgroupFiles(directory.resolve("cg"), directory.resolve("proc"), "/gantry");
  }

  private void write(String file, String text) throws IOException {
    var path = directory.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
