package io.gantry.agent.container.lifecycle;

import static io.gantry.agent.container.lifecycle.Decision.Accepted.NOTHING;
import static io.gantry.agent.container.lifecycle.Decision.Accepted.events;

import io.gantry.agent.container.lifecycle.Decision.Accepted;
import io.gantry.agent.container.lifecycle.Report.ProcessExited;
import io.gantry.agent.container.lifecycle.State.Backoff;
import io.gantry.agent.container.lifecycle.State.Created;
import io.gantry.agent.container.lifecycle.State.Exited;
import io.gantry.agent.container.lifecycle.State.Paused;
import io.gantry.agent.container.lifecycle.State.Present;
import io.gantry.agent.container.lifecycle.State.Removing;
import io.gantry.agent.container.lifecycle.State.Running;
import io.gantry.agent.container.lifecycle.State.Starting;
import io.gantry.persistence.event.ContainerEvent;
import io.gantry.persistence.event.ContainerEvent.Shortage;
import java.time.Instant;
import java.util.List;

/** Processes that the kernel killed for want of memory: each time is an event of its own. */
final class OutOfMemory {
  private static final int KILLED = 137;

  private OutOfMemory() {}

  static Accepted observe(Present state, Report.OutOfMemory killed) {
    var incarnation =
        switch (state) {
          case Running(_, var run, _) -> run.incarnation();
          case Paused(_, var run) -> run.incarnation();
          case Created _, Starting _, Backoff _, Exited _, Removing _ -> -1L; // its end has told
        };
    return incarnation == killed.incarnation()
        ? events(event(state.facts(), incarnation, killed.shortage(), killed.at()))
        : NOTHING;
  }

  /** Of a run that has ended: told now, unless it was told when it happened. */
  static List<ContainerEvent> untold(Facts facts, ProcessExited exited) {
    if (!exited.oomKilled() || facts.container().getStatus().getOomKilled()) {
      return List.of();
    }
    return List.of(event(facts, exited.incarnation(), victim(facts, exited), exited.at()));
  }

  /** Not every kernel says whom it killed; a first process that died by SIGKILL is the answer. */
  private static Shortage victim(Facts facts, ProcessExited exited) {
    var known = exited.shortage();
    var status = facts.container().getStatus();
    return known.victimPid() == 0 && exited.code() == KILLED
        ? new Shortage(
            status.getPid(),
            status.getArgvCount() == 0 ? "" : status.getArgv(0),
            known.limitBytes(),
            known.limitedGroup())
        : known;
  }

  private static ContainerEvent event(
      Facts facts, long incarnation, Shortage shortage, Instant at) {
    var limit = facts.container().getSpec().getResources().getMemoryBytes();
    var known =
        shortage.limitBytes() == 0
            ? new Shortage(shortage.victimPid(), shortage.victim(), limit, shortage.limitedGroup())
            : shortage;
    return new ContainerEvent.OutOfMemory(incarnation, known, at);
  }
}
