package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The runtime hangs for one container; the others do not notice, and the sick one can go. */
@Tag("host")
class HungRuntimeE2E {
  private static final int DEADLINE_SECONDS = 6;
  private static final Duration WITHIN = Duration.ofSeconds(DEADLINE_SECONDS + 10);
  private static final int RUNS = 15;
  private static final Pattern ID = Pattern.compile("\"Id\":\"([0-9a-f]{64})\"");

  private TempHost host;
  private SickRuntime runtime;
  private AgentProcess agent;
  private DockerApi api;

  @BeforeEach
  void startAgent() throws IOException {
    host = TempHost.create();
    runtime = SickRuntime.in(host);
    agent =
        AgentProcess.start(
            host,
            "--runtime",
            runtime.program().toString(),
            "--runtime-deadline",
            Integer.toString(DEADLINE_SECONDS));
    api = new DockerApi(host.dockerSocket());
    Busybox.importInto(host);
  }

  @AfterEach
  void stopAgent() {
    try (var _ = host;
        var _ = agent) {
      // Closed in this order: the agent, then its host.
    }
  }

  @Test
  void othersKeepTheirLatencyAndTheSickOneSaysWhatIsWrong() throws Exception {
    latencies(5); // not cold
    var before = latencies(RUNS);
    var sick = create("sick", "sleep", "1000");
    runtime.hangIn("create", sick);
    long[] meanwhile;
    var ending = new AtomicBoolean();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var first = clients.submit(() -> timed(() -> api.post("/containers/sick/start", "")));
      var hanging = clients.submit(() -> startUntil(ending));
      meanwhile = latencies(RUNS);
      ending.set(true);
      assertSaid(first, "crun create did not answer within PT" + DEADLINE_SECONDS + "S");
      hanging.get();
    }
    report("before", before);
    report("meanwhile", meanwhile);
    // Generous, for this machine may do other things too; whoever waited for the sick one would
    // have waited for its deadline.
    assertThat(at(meanwhile, 50)).isLessThan(3 * at(before, 50) + 500);
    assertThat(at(meanwhile, 99)).isLessThan(3 * at(before, 99) + 1000);
  }

  @Test
  void aContainerWhoseStartHangsIsRemovedAtOnce() throws Exception {
    var sick = create("sick", "sleep", "1000");
    runtime.hangIn("create", sick);
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var start = clients.submit(() -> api.post("/containers/sick/start", ""));
      Eventually.holds(
          WITHIN,
          () -> assertThat(new Leftovers(host).processes()).anyMatch(one -> one.contains(sick)));
      removedWithin("sick");
      start.get();
    }
    assertGone(sick);
  }

  @Test
  void anExecThatHangsIsReportedAndItsContainerGoesOn() throws Exception {
    var sick = running("sick");
    runtime.hangIn("exec", sick);
    var answer = timed(() -> exec("sick"));
    assertThat(answer.took()).isLessThan(WITHIN);
    assertThat(answer.answer().text())
        .contains("crun exec did not answer within PT" + DEADLINE_SECONDS + "S");
    assertThat(api.get("/containers/sick/json").text()).contains("\"Running\":true");
    runtime.recover("exec", sick);
    assertThat(exec("sick").stream(1)).isEqualTo("in\n");
    removedWithin("sick");
    assertGone(sick);
  }

  @Test
  void aKillOrADeletionThatHangsDoesNotKeepTheContainer() throws Exception {
    var sick = running("sick");
    runtime.hangIn("kill", sick);
    runtime.hangIn("delete", sick);
    var kill = timed(() -> api.post("/containers/sick/kill?signal=TERM", ""));
    assertThat(kill.took()).isLessThan(WITHIN);
    removedWithin("sick");
    assertGone(sick);
  }

  @Test
  void aContainerWhoseMonitorIsStoppedIsRemoved() throws Exception {
    var sick = running("sick");
    var monitor =
        new Leftovers(host)
            .commands()
            .filter(process -> process.info().command().orElse("").endsWith("/conmon"))
            .findFirst()
            .orElseThrow();
    Command.run(List.of("kill", "-STOP", Long.toString(monitor.pid()))).succeeded();
    var healthy = running("healthy");
    assertThat(api.get("/containers/sick/json").status()).isEqualTo(200);
    removedWithin("sick");
    assertGone(sick);
    removedWithin("healthy");
    assertGone(healthy);
  }

  private record Timed(DockerApi.Answer answer, Duration took) {}

  private static Timed timed(Callable<DockerApi.Answer> request) throws Exception {
    var begin = System.nanoTime();
    var answer = request.call();
    return new Timed(answer, Duration.ofNanos(System.nanoTime() - begin));
  }

  private static void assertSaid(Future<Timed> future, String text) throws Exception {
    var answer = future.get();
    assertThat(answer.took()).isLessThan(WITHIN);
    assertThat(answer.answer().status()).isEqualTo(500);
    assertThat(answer.answer().text()).contains(text);
  }

  /** So that one hangs all the time while others are measured. */
  private Void startUntil(AtomicBoolean ending) throws IOException {
    while (!ending.get()) {
      var id = create("more-" + System.nanoTime(), "true");
      runtime.hangIn("create", id);
      api.post("/containers/" + id + "/start", "");
    }
    return null;
  }

  private String create(String name, String... command) throws IOException {
    var words = "\"" + String.join("\",\"", command) + "\"";
    var spec =
        "{\"Image\":\"%s\",\"Cmd\":[%s],\"HostConfig\":{\"NetworkMode\":\"none\"}}"
            .formatted(Busybox.IMAGE, words);
    var created = api.post("/containers/create?name=" + name, spec).succeeded();
    var id = ID.matcher(created.text());
    assertThat(id.find()).isTrue();
    return id.group(1);
  }

  private String running(String name) throws IOException {
    var id = create(name, "sleep", "1000");
    api.post("/containers/" + name + "/start", "").succeeded();
    return id;
  }

  private DockerApi.Answer exec(String container) throws IOException {
    var spec = "{\"AttachStdout\":true,\"Cmd\":[\"echo\",\"in\"]}";
    var created = api.post("/containers/" + container + "/exec", spec).succeeded();
    var id = ID.matcher(created.text());
    assertThat(id.find()).isTrue();
    return api.post("/exec/" + id.group(1) + "/start", "{\"Detach\":false,\"Tty\":false}");
  }

  private void removedWithin(String name) throws Exception {
    var removed = timed(() -> api.delete("/containers/" + name + "?force=1"));
    assertThat(removed.answer().status()).as(removed.answer().text()).isEqualTo(204);
    assertThat(removed.took()).isLessThan(WITHIN);
  }

  private void assertGone(String id) throws IOException {
    assertThat(api.get("/containers/" + id + "/json").status()).isEqualTo(404);
    Eventually.holds(
        WITHIN,
        () -> assertThat(new Leftovers(host).ofContainers()).noneMatch(one -> one.contains(id)));
  }

  /** Milliseconds from create to remove of containers that do nothing, sorted. */
  private long[] latencies(int runs) throws IOException {
    var millis = new long[runs];
    for (var run = 0; run < runs; run++) {
      var begin = System.nanoTime();
      var id = create("well-" + System.nanoTime(), "true");
      api.post("/containers/" + id + "/start", "").succeeded();
      api.post("/containers/" + id + "/wait", "").succeeded();
      api.delete("/containers/" + id).succeeded();
      millis[run] = Duration.ofNanos(System.nanoTime() - begin).toMillis();
    }
    Arrays.sort(millis);
    return millis;
  }

  private static void report(String when, long[] millis) {
    System.out.printf(
        "HungRuntimeE2E: %s p50 %d ms, p99 %d ms%n", when, at(millis, 50), at(millis, 99));
  }

  private static long at(long[] sorted, int percent) {
    return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
  }
}
