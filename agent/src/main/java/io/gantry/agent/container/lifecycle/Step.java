package io.gantry.agent.container.lifecycle;

import io.gantry.protocol.v1.EndpointSpec;
import io.gantry.protocol.v1.ResourceSpec;
import java.time.Duration;

/** Something to be done to the host or to a timer, as data. Each may be repeated safely. */
public sealed interface Step {
  /** Root file system, network, process: everything up to the running process. */
  record Launch(long incarnation) implements Step {}

  record Signal(long incarnation, String signal) implements Step {}

  record Freeze() implements Step {}

  record Thaw() implements Step {}

  /** As {@link Thaw}, of what an agent froze that died before it could record that. In order. */
  record LetRun() implements Step {}

  /** {@code before}: what holds again where the kernel refuses. */
  record ApplyLimits(ResourceSpec resources, ResourceSpec before) implements Step {}

  /** A running container gets a device on one more network. */
  record Connect(String network, String networkId, EndpointSpec spec) implements Step {}

  record Disconnect(String network, String networkId) implements Step {}

  /** Returns what the ended run held: mounts, network, ports, cgroup. */
  record Release(long incarnation) implements Step {}

  record Delete(boolean volumes) implements Step {}

  /** An ended exec's files go. */
  record ForgetExec(String execId) implements Step {}

  // -- kept by the actor itself
  // ---------------------------------------------------------------------------------------

  /** Reports the exit of this run when it comes, or has come. */
  record AwaitExit(long incarnation, long monitorPid) implements Step {}

  /** As {@link AwaitExit}, for an exec that an earlier agent started. */
  record AwaitExec(String execId) implements Step {}

  record ArmGrace(long incarnation, Duration grace) implements Step {}

  record ArmBackoff(int restartCount, Duration delay) implements Step {}

  record BeginProbes(long incarnation) implements Step {}

  record EndProbes() implements Step {}

  /** A removal is tried again later. */
  record ArmDelete(Duration after) implements Step {}
}
