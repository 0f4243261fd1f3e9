package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/**
 * Clients that create, start, wait for and read containers while the agent comes and goes beneath
 * them. A connection that breaks is tried again, as a patient client does; nothing else may go
 * wrong. Each container writes a line to a file when it runs, prints {@link #LINES} lines and ends
 * with a code of its own.
 */
final class Load implements AutoCloseable {
  static final int LINES = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern STATUS = Pattern.compile("\"StatusCode\":(-?\\d+)");

  private final DockerApi api;
  private final Path out;
  private final AtomicBoolean ending = new AtomicBoolean();
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<Integer>> running = new ArrayList<>();

  Load(TempHost host) throws IOException {
    this.api = new DockerApi(host.dockerSocket());
    this.out = Files.createDirectories(host.directory().resolve("out"));
  }

  void begin(int clients) {
    for (var client = 0; client < clients; client++) {
      var name = "client" + client;
      running.add(workers.submit(() -> work(name)));
    }
  }

  /**
   * Lets each client finish what it is at; returns how many containers ran, all of them as they
   * should.
   */
  int end() throws InterruptedException, ExecutionException {
    ending.set(true);
    var containers = 0;
    for (var client : running) {
      containers += client.get();
    }
    return containers;
  }

  private int work(String client) throws Exception {
    var count = 0;
    while (!ending.get()) {
      runOne(client + "-" + count, 1 + count % 100);
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
        {"Image":"%s","Cmd":["sh","-c","%s"],"HostConfig":{"NetworkMode":"none","Binds":["%s:/out"]}}"""
            .formatted(Busybox.IMAGE, script, out);
    patiently(name + ": create", () -> api.post("/containers/create?name=" + name, spec), 201, 409);
    patiently(name + ": start", () -> startOnce(name), 204, 304);
    var waited =
        patiently(name + ": wait", () -> api.post("/containers/" + name + "/wait", ""), 200);
    var status = STATUS.matcher(waited.text());
    assertThat(status.find()).as(name + ": " + waited.text()).isTrue();
    assertThat(Integer.parseInt(status.group(1))).as("exit code of " + name).isEqualTo(code);
    var logs =
        patiently(name + ": logs", () -> api.get("/containers/" + name + "/logs?stdout=1"), 200);
    assertThat(logs.text().split("line ", -1).length - 1)
        .as("lines in the log of %s, which ran %d times", name, runs(name))
        .isEqualTo(LINES);
    patiently(name + ": remove", () -> api.delete("/containers/" + name), 204, 404);
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

  private static DockerApi.Answer patiently(
      String what, Callable<DockerApi.Answer> request, Integer... accepted) throws Exception {
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        var answer = request.call();
        assertThat(answer.status()).as(what + ": " + answer.text()).isIn((Object[]) accepted);
        return answer;
      } catch (IOException cut) {
        if (System.nanoTime() > deadline) {
          throw new AssertionError(what + ": no answer within " + PATIENCE, cut);
        }
        LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
      }
    }
  }

  /** The names of containers, one for each time that one ran. */
  List<String> runs() throws IOException {
    return Files.readAllLines(out.resolve("runs"));
  }

  private long runs(String name) throws IOException {
    return runs().stream().filter(name::equals).count();
  }

  @Override
  public void close() {
    ending.set(true);
    workers.shutdownNow();
  }
}
