package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

/**
 * Clients that create, start, wait for and read containers, and run programs in one, while the
 * agent comes and goes beneath them. A connection that breaks is tried again, as a patient client
 * does; nothing else may go wrong. Each container writes its name to a file when it runs, prints
 * {@link #LINES} lines and ends with a code of its own.
 */
final class Load implements AutoCloseable {
  static final int LINES = 200;
  private static final Pattern STATUS = Pattern.compile("\"StatusCode\":(-?\\d+)");
  private static final List<String> NETWORKS =
      List.of(
          "\"NetworkMode\":\"none\"",
          "\"NetworkMode\":\"bridge\"",
          "\"NetworkMode\":\"bridge\",\"PortBindings\":{\"80/tcp\":[{\"HostPort\":\"\"}]}");

  private final DockerApi api;
  private final RunsFile runs;
  private final AtomicBoolean ending = new AtomicBoolean();
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<Integer>> running = new ArrayList<>();
  private final List<Future<Integer>> executing = new ArrayList<>();

  private final Collection<String> lost = new ConcurrentLinkedQueue<>();

  private interface Work {
    void runOne(String name, int code) throws Exception;
  }

  /**
   * What clients have done, all of it as it should.
   *
   * @param lost execs of which it was said that they never ran
   */
  record Done(int containers, int execs, List<String> lost) {}

  Load(TempHost host) throws IOException {
    this.api = new DockerApi(host.dockerSocket());
    this.runs = new RunsFile(Files.createDirectories(host.directory().resolve("out")));
  }

  /** Where programs in containers write: theirs as {@code /out}. */
  Path out() {
    return runs.directory();
  }

  void beginRuns(int clients) {
    for (var client = 0; client < clients; client++) {
      var name = "client" + client;
      running.add(workers.submit(() -> work(name, this::runOne)));
    }
  }

  /** Execs in this container, which has {@link #out} as {@code /out}. */
  void beginExecs(int clients, String container) {
    var execs = new ExecLoad(api, runs, container, lost);
    for (var client = 0; client < clients; client++) {
      var name = "exec" + client;
      executing.add(workers.submit(() -> work(name, execs::runOne)));
    }
  }

  /** Lets each client finish what it is at. */
  Done end() throws InterruptedException, ExecutionException {
    ending.set(true);
    return new Done(sum(running), sum(executing), List.copyOf(lost));
  }

  private static int sum(List<Future<Integer>> clients)
      throws InterruptedException, ExecutionException {
    var sum = 0;
    for (var client : clients) {
      sum += client.get();
    }
    return sum;
  }

  private int work(String client, Work work) throws Exception {
    var count = 0;
    while (!ending.get()) {
      work.runOne(client + "-" + count, 1 + count % 100);
      count++;
    }
    return count;
  }

  private void runOne(String name, int code) throws Exception {
    var script =
        "echo %s >> /out/runs; i=0; while [ $i -lt %d ]; do echo line $i; i=$((i+1)); done; sleep 0.2; exit %d"
            .formatted(name, LINES, code);
    var spec =
        """
        {"Image":"%s","Cmd":["sh","-c","%s"],"HostConfig":{%s,"Binds":["%s:/out"]}}\
        """
            .formatted(Busybox.IMAGE, script, NETWORKS.get(code % NETWORKS.size()), out());
    Patient.ask(
        name + ": create", () -> api.post("/containers/create?name=" + name, spec), 201, 409);
    Patient.ask(name + ": start", () -> startOnce(name), 204, 304);
    var waited =
        Patient.ask(name + ": wait", () -> api.post("/containers/" + name + "/wait", ""), 200);
    var status = STATUS.matcher(waited.text());
    assertThat(status.find()).as(name + ": " + waited.text()).isTrue();
    assertThat(Integer.parseInt(status.group(1))).as("exit code of " + name).isEqualTo(code);
    var logs =
        Patient.ask(name + ": logs", () -> api.get("/containers/" + name + "/logs?stdout=1"), 200);
    assertThat(logs.text().split("line ", -1).length - 1)
        .as("lines in the log of %s, which ran %d times", name, runs.count(name))
        .isEqualTo(LINES);
    Patient.ask(name + ": remove", () -> api.delete("/containers/" + name), 204, 404);
  }

  /**
   * Not again if an earlier request, whose answer was cut off, has started it: it may have ended
   * since.
   */
  private DockerApi.Answer startOnce(String name) throws IOException {
    var inspected = api.get("/containers/" + name + "/json");
    return inspected.text().contains("\"Status\":\"created\"")
        ? api.post("/containers/" + name + "/start", "")
        : new DockerApi.Answer(
            inspected.status() == 200 ? 304 : inspected.status(), "", inspected.body());
  }

  /** The names of containers and execs, one for each time that one ran. */
  List<String> runs() throws IOException {
    return runs.names();
  }

  @Override
  public void close() {
    ending.set(true);
    workers.shutdownNow();
  }
}
