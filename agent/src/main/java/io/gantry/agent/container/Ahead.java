package io.gantry.agent.container;

import io.gantry.agent.container.lifecycle.Request;
import io.gantry.agent.container.lifecycle.State;
import io.gantry.agent.container.lifecycle.State.Present;
import io.gantry.protocol.v1.Exec;

/**
 * What is begun as soon as a request is accepted, beside its way to the disk: waits that pass by
 * themselves, and the monitor of an exec that its client will start a moment later. Nothing of the
 * decision itself: if that cannot be recorded, the monitor is given up again.
 */
final class Ahead {
  private Ahead() {}

  static void begin(Request request, State state, Sandbox sandbox) {
    switch (request) {
      case Request.Create _, Request.Start _, Request.Restart _, Request.StartExec _ ->
          sandbox.expectProcess();
      case Request.CreateExec(var execId, var spec, _) -> {
        sandbox.expectProcess();
        if (state instanceof Present present) {
          var container = present.view();
          sandbox.prepareExec(
              container,
              Exec.newBuilder()
                  .setId(execId)
                  .setContainerId(container.getId())
                  .setSpec(spec)
                  .build());
        }
      }
      case Request.Stop _,
          Request.Shutdown _,
          Request.Kill _,
          Request.Pause _,
          Request.Unpause _,
          Request.Rename _,
          Request.Update _,
          Request.Remove _,
          Request.Connect _,
          Request.Disconnect _,
          Request.Observe _ -> {}
    }
  }
}
