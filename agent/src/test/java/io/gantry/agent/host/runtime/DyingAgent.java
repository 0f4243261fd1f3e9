package io.gantry.agent.host.runtime;

import io.gantry.agent.ContainerId;
import java.nio.file.Path;

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
    }
    System.out.println("ready");
    Thread.currentThread().join();
  }
}
