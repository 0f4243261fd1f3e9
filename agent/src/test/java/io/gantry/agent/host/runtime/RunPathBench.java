package io.gantry.agent.host.runtime;

import io.gantry.protocol.v1.ExecSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * Where the time of a run of {@code true} and of an exec of it goes. Arguments: directory, runtime,
 * runs. Prints medians of the steps, and processor time of this process and of all it started.
 */
final class RunPathBench {
  private static final int WARM_UP = 30;
  private static final String[] STEPS = {"bundle", "create", "start", "exit", "delete", "total"};

  private RunPathBench() {}

  public static void main(String[] arguments) throws Exception {
    var runs = Integer.parseInt(arguments[2]);
    try (var rig = new Rig(Files.createDirectories(Path.of(arguments[0])), arguments[1])) {
      for (var i = 0; i < WARM_UP; i++) {
        run(rig);
      }
      var times = new long[STEPS.length][runs];
      var before = Cpu.now();
      for (var i = 0; i < runs; i++) {
        var one = run(rig);
        for (var step = 0; step < STEPS.length; step++) {
          times[step][i] = one[step];
        }
      }
      print(times, Cpu.now().since(before), runs);
      execs(rig, runs);
    }
  }

  private static long[] run(Rig rig) throws Exception {
    var id = rig.id();
    var marks = new long[STEPS.length];
    marks[0] = System.nanoTime();
    rig.bundle(id, spec -> spec, "true");
    marks[1] = System.nanoTime();
    var created = rig.monitor.create(rig.launch(id, 1), Rig.DEADLINE);
    marks[2] = System.nanoTime();
    rig.runtime.start(id);
    marks[3] = System.nanoTime();
    MonitorContract.code(rig.monitor.exit(id, 1, created.monitorPid()));
    marks[4] = System.nanoTime();
    rig.runtime.delete(id);
    rig.monitor.remove(id);
    marks[5] = System.nanoTime();
    var steps = new long[STEPS.length];
    for (var i = 0; i < STEPS.length - 1; i++) {
      steps[i] = marks[i + 1] - marks[i];
    }
    steps[STEPS.length - 1] = marks[5] - marks[0];
    return steps;
  }

  private static void execs(Rig rig, int runs) throws Exception {
    var id = rig.id();
    rig.bundle(id, spec -> spec, "sleep", "600");
    rig.monitor.create(rig.launch(id, 1), Rig.DEADLINE);
    rig.runtime.start(id);
    var times = new long[1][runs];
    Cpu before = Cpu.now();
    for (var i = -WARM_UP; i < runs; i++) {
      if (i == 0) {
        before = Cpu.now();
      }
      var from = System.nanoTime();
      var spec = ExecSpec.newBuilder().addCommand("true").setAttachStdout(true).build();
      var exec =
          rig.monitor.exec(
              new io.gantry.agent.host.Monitor.ExecLaunch(
                  id, "e" + i, rig.runtime, rig.bundleOf(id), spec, Map.of()),
              Rig.DEADLINE);
      MonitorContract.everything(exec.console().orElseThrow());
      MonitorContract.code(exec.exit());
      exec.console().get().close();
      if (i >= 0) {
        times[0][i] = System.nanoTime() - from;
      }
    }
    print(times, Cpu.now().since(before), runs);
  }

  private static void print(long[][] times, Cpu cpu, int runs) {
    for (var step = 0; step < times.length; step++) {
      Arrays.sort(times[step]);
      System.out.printf(
          "%-7s p50 %6.2f ms  p90 %6.2f ms%n",
          times.length == 1 ? "exec" : STEPS[step],
          times[step][runs / 2] / 1e6,
          times[step][runs * 9 / 10] / 1e6);
    }
    System.out.printf(
        "processor time each: agent %.2f ms, children %.2f ms%n",
        cpu.own() * 10.0 / runs, cpu.children() * 10.0 / runs);
  }

  /** Clock ticks of ten milliseconds (proc(5) stat, fields 14 to 17). */
  private record Cpu(long own, long children) {
    static Cpu now() throws IOException {
      var stat = Files.readString(Path.of("/proc/self/stat"));
      var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return new Cpu(
          Long.parseLong(fields[11]) + Long.parseLong(fields[12]),
          Long.parseLong(fields[13]) + Long.parseLong(fields[14]));
    }

    Cpu since(Cpu before) {
      return new Cpu(own - before.own, children - before.children);
    }
  }
}
