package io.gantry.agent.host.runtime;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Monitor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The part of an agent that starts containers, in a process of its own to be killed. */
final class DyingAgent {
  private DyingAgent() {}

  /**
   * {@code arguments}: directory, runtime, then ids; each is started, then it waits for its end.
   */
  public static void main(String[] arguments) throws Exception {
    @SuppressWarnings("resource") // It is killed, that is its purpose.
    var rig = new Rig(Path.of(arguments[0]), arguments[1]);
    for (var i = 2; i < arguments.length; i++) {
      var id = new ContainerId(arguments[i]);
      rig.bundle(id, spec -> spec, "sh", "-c", "read line; echo $line; exit 7");
      var created = rig.monitor.create(rig.launch(id, 1, false, true), Rig.DEADLINE);
      rig.runtime.start(id);
      System.out.println(created.monitorPid());
      prepare(rig, id);
    }
    System.out.println("ready");
    Thread.currentThread().join();
  }

  /** An exec that nobody starts; returns when its monitor waits for the word to go on. */
  private static void prepare(Rig rig, ContainerId id) {
    rig.monitor.prepareExec(
        new Monitor.ExecLaunch(
            id,
            MonitorContract.EXEC,
            rig.runtime,
            rig.bundleOf(id),
            MonitorContract.attached("sh", "-c", "echo > /tmp/ran-" + id.abbreviated()),
            Map.of()));
    var waits = RunFiles.ofExec(rig.directory.resolve("run"), id, MonitorContract.EXEC).attach();
    while (!Files.exists(waits)) {
      Thread.yield();
    }
  }
}
