package io.gantry.agent.container.lifecycle;

import static io.gantry.agent.container.lifecycle.Samples.NOON;
import static io.gantry.agent.container.lifecycle.Samples.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.container.lifecycle.Decision.Accepted;
import io.gantry.persistence.event.ContainerEvent;
import io.gantry.protocol.v1.Endpoint;
import io.gantry.protocol.v1.EndpointSpec;
import io.gantry.protocol.v1.ExecSpec;
import io.gantry.protocol.v1.HealthResult;
import io.gantry.protocol.v1.HealthStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Every phase against every request and report. The result stands in docs/container-lifecycle.md
 * for people to read; a change of behaviour is a change of that page, made by {@code
 * GANTRY_WRITE_DOCS=1}.
 */
class TransitionTableTest {
  private static final Path PAGE = Path.of("../docs/container-lifecycle.md");

  @Test
  void pageSaysWhatTheCodeDoes() throws IOException {
    var page = page();
    if (System.getenv("GANTRY_WRITE_DOCS") != null) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE)).isEqualTo(page);
  }

  @Test
  void everyRequestAndReportHasAColumn() {
    assertThat(requests().values().stream().map(Object::getClass).distinct())
        .containsExactlyInAnyOrder(Request.class.getPermittedSubclasses());
    assertThat(reports().values().stream().map(Object::getClass).distinct())
        .containsExactlyInAnyOrder(Report.class.getPermittedSubclasses());
    assertThat(states().values().stream().map(Object::getClass).distinct())
        .contains(State.Present.class.getPermittedSubclasses());
  }

  private static Map<String, State> states() {
    var states = new LinkedHashMap<String, State>();
    states.put("absent", new State.Absent(Samples.ID));
    states.put("created", Samples.created(spec()));
    states.put("starting", Samples.starting(spec()));
    states.put("running", Samples.running(spec()));
    states.put("draining", Samples.after(Samples.running(spec()), Samples.stop()));
    states.put("paused", Samples.paused(spec()));
    states.put("backoff", Samples.backoff());
    states.put("exited", Samples.exited(spec()));
    states.put("removing", Samples.removing());
    states.put("gone", Samples.after(Samples.removing(), new Report.Deleted(NOON)));
    return states;
  }

  private static Map<String, Request> requests() {
    var requests = new LinkedHashMap<String, Request>();
    requests.put(
        "create",
        new Request.Create("web", spec(), "sha256:1", List.of(), List.of(), List.of(), NOON));
    requests.put("start", new Request.Start(NOON));
    requests.put("stop", Samples.stop());
    requests.put("restart", new Request.Restart(Optional.empty(), Optional.empty(), NOON));
    requests.put("kill", new Request.Kill("SIGKILL", NOON));
    requests.put("shutdown", new Request.Shutdown(NOON));
    requests.put("pause", new Request.Pause(NOON));
    requests.put("unpause", new Request.Unpause(NOON));
    requests.put("rename", new Request.Rename("other", NOON));
    requests.put("update", new Request.Update(Optional.empty(), Optional.empty(), NOON));
    requests.put("remove", Samples.remove(false));
    requests.put("remove, forced", Samples.remove(true));
    requests.put(
        "connect", new Request.Connect("net", "n1", EndpointSpec.getDefaultInstance(), NOON));
    requests.put("disconnect", new Request.Disconnect("bridge", "n0", NOON));
    requests.put("create exec", new Request.CreateExec("e", ExecSpec.getDefaultInstance(), NOON));
    requests.put("start exec", new Request.StartExec("e", NOON));
    requests.put("observe", new Request.Observe("top", Map.of(), true, NOON));
    return requests;
  }

  private static Map<String, Report> reports() {
    var reports = new LinkedHashMap<String, Report>();
    reports.put("launched", Samples.launched(1));
    reports.put("launch failed", new Report.LaunchFailed(1, 127, "not found", NOON));
    reports.put("process exited", Samples.exit(1, 1, NOON));
    reports.put("grace elapsed", new Report.GraceElapsed(1, NOON));
    reports.put("backoff elapsed", new Report.BackoffElapsed(1, NOON));
    var healthy = HealthStatus.newBuilder().setStatus("healthy").build();
    reports.put("out of memory", new Report.OutOfMemory(1, ContainerEvent.Shortage.UNKNOWN, NOON));
    reports.put("probed", new Report.Probed(1, healthy, HealthResult.getDefaultInstance(), NOON));
    reports.put("exec ended", new Report.ExecEnded("e", 0, NOON));
    reports.put(
        "connected", new Report.Connected("net", "n1", Endpoint.getDefaultInstance(), NOON));
    reports.put("disconnected", new Report.Disconnected("bridge", "n0", NOON));
    reports.put("deleted", new Report.Deleted(NOON));
    reports.put("delete failed", new Report.DeleteFailed("busy", NOON));
    reports.put("frozen", new Report.Frozen(NOON));
    reports.put("thawed", new Report.Thawed(NOON));
    reports.put("done", new Report.Done(NOON));
    reports.put("step failed", new Report.StepFailed(new Step.Freeze(), "busy", NOON));
    reports.put("agent returned", new Report.AgentReturned(NOON));
    return reports;
  }

  private static String page() {
    return """
    # The life of a container

    Made by `TransitionTableTest` from the code that runs: `GANTRY_WRITE_DOCS=1 ./dev unit TransitionTableTest`.
    Each cell names the events that are recorded and the phase they lead to. `=` : it is so already. A refusal names its
    kind. Empty: nothing follows. The samples have no health check, no exec and the restart policy `no`, but for backoff
    (`always`).

    ## What may be asked

    %s
    ## What the host and the clock report

    %s\
    """
        .formatted(
            table(requests().keySet(), (state, name) -> asked(state, requests().get(name))),
            table(reports().keySet(), (state, name) -> told(state, reports().get(name))));
  }

  private interface Cell {
    String text(State state, String input);
  }

  private static String table(Iterable<String> inputs, Cell cell) {
    var lines = new StringBuilder();
    lines.append("| | ").append(String.join(" | ", states().keySet())).append(" |\n");
    lines.append("|---".repeat(states().size() + 1)).append("|\n");
    for (var input : inputs) {
      lines.append("| **").append(input).append("** | ");
      lines.append(
          states().values().stream()
              .map(state -> cell.text(state, input))
              .collect(Collectors.joining(" | ")));
      lines.append(" |\n");
    }
    return lines.toString();
  }

  private static String asked(State state, Request request) {
    return switch (Lifecycle.decide(state, request)) {
      case Accepted accepted -> text(state, accepted);
      case Decision.Unchanged _ -> "=";
      case Decision.Refused(var kind, _) -> kind.name();
    };
  }

  private static String told(State state, Report report) {
    return text(state, Lifecycle.observe(state, report));
  }

  private static String text(State state, Accepted accepted) {
    if (accepted.events().isEmpty()) {
      return accepted.steps().stream()
          .map(step -> "_" + step.getClass().getSimpleName() + "_")
          .collect(Collectors.joining(", "));
    }
    var events =
        accepted.events().stream()
            .map(event -> event.getClass().getSimpleName())
            .collect(Collectors.joining(", "));
    return events
        + " → "
        + Samples.applied(state, accepted).getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }
}
