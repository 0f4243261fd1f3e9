package io.gantry.agent.host.fake;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Monitor;
import io.gantry.agent.host.OciRuntime;
import io.gantry.agent.host.kernel.Descriptor;
import io.gantry.protocol.v1.ResourceSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Runs of containers without a kernel: a monitor and a runtime that know each other. A test says
 * with {@link #program} what a container's process does, and with the constructor's function what
 * execs do.
 */
public final class InMemoryRuns implements Monitor {
  public final Faults faults = new Faults();
  private final AtomicLong pids = new AtomicLong(1000);
  private final Map<ContainerId, Program> programs = new HashMap<>();
  private final Map<ContainerId, Map<Long, FakeProcess>> runs = new HashMap<>();
  private final Map<ContainerId, FakeProcess> current = new HashMap<>();
  private final Map<String, FakeProcess> execs = new HashMap<>();
  private final Function<List<String>, Program> commands;
  private final Program usual;
  private final Runtime runtime = new Runtime();

  public InMemoryRuns(Function<List<String>, Program> commands) {
    this(commands, Program.exits(0));
  }

  /** {@code usual}: what containers' processes do that no test says anything about. */
  public InMemoryRuns(Function<List<String>, Program> commands, Program usual) {
    this.commands = commands;
    this.usual = usual;
  }

  public OciRuntime runtime() {
    return runtime;
  }

  /** What the container's next run does. */
  public synchronized void program(ContainerId id, Program program) {
    programs.put(id, program);
  }

  @Override
  public synchronized Created create(Launch launch, Duration deadline) throws IOException {
    faults.check();
    var program = programs.getOrDefault(launch.id(), usual);
    if (program.refusal().isPresent()) {
      throw new CreateFailed(program.refusal().get());
    }
    var left = current.get(launch.id());
    if (left != null) {
      left.end(128 + 9);
    }
    var process = new FakeProcess(pids.incrementAndGet(), program);
    current.put(launch.id(), process);
    runs.computeIfAbsent(launch.id(), _ -> new HashMap<>()).put(launch.incarnation(), process);
    return new Created(process.pid, pids.incrementAndGet());
  }

  private synchronized Optional<FakeProcess> run(ContainerId id, long incarnation) {
    return Optional.ofNullable(runs.getOrDefault(id, Map.of()).get(incarnation));
  }

  private FakeProcess known(ContainerId id, long incarnation) throws IOException {
    return run(id, incarnation)
        .orElseThrow(() -> new IOException("no run %d of %s".formatted(incarnation, id)));
  }

  @Override
  public CompletionStage<Exit> exit(ContainerId id, long incarnation, long monitorPid) {
    try {
      return known(id, incarnation).exit;
    } catch (IOException unknown) {
      return CompletableFuture.failedStage(unknown);
    }
  }

  @Override
  public void watchMemory(ContainerId id, long incarnation, Consumer<Instant> listener) {
    // Its processes never want for memory.
  }

  @Override
  public boolean alive(ContainerId id, long incarnation) {
    return run(id, incarnation).filter(FakeProcess::alive).isPresent();
  }

  /** Its monitors hold nothing. */
  @Override
  public Optional<Descriptor> kept(ContainerId id, long incarnation) {
    return Optional.empty();
  }

  @Override
  public Console attach(ContainerId id, long incarnation) throws IOException {
    faults.check();
    return known(id, incarnation);
  }

  @Override
  public void resize(ContainerId id, long incarnation, int height, int width) throws IOException {
    known(id, incarnation).resize(height, width);
  }

  @Override
  public synchronized ExecStarted exec(ExecLaunch launch, Duration deadline) throws IOException {
    faults.check();
    var spec = launch.spec();
    var program = commands.apply(spec.getCommandList());
    if (program.refusal().isPresent()) {
      throw new CreateFailed(program.refusal().get());
    }
    var process = new FakeProcess(pids.incrementAndGet(), program);
    execs.put(launch.id() + launch.execId(), process);
    process.start();
    var attached = spec.getAttachStdin() || spec.getAttachStdout() || spec.getAttachStderr();
    return new ExecStarted(
        process.pid, attached ? Optional.of(process) : Optional.empty(), process.exit);
  }

  private synchronized Optional<FakeProcess> exec(ContainerId id, String execId) {
    return Optional.ofNullable(execs.get(id + execId));
  }

  @Override
  public void resizeExec(ContainerId id, String execId, int height, int width) throws IOException {
    exec(id, execId).orElseThrow(() -> new IOException("no exec " + execId)).resize(height, width);
  }

  @Override
  public void killExec(ContainerId id, String execId) {
    exec(id, execId).ifPresent(process -> process.end(128 + 9));
  }

  @Override
  public CompletionStage<Exit> execExit(ContainerId id, String execId) {
    return exec(id, execId)
        .<CompletionStage<Exit>>map(process -> process.exit)
        .orElseGet(() -> CompletableFuture.failedStage(new IOException("no exec " + execId)));
  }

  @Override
  public synchronized void release(ContainerId id, long incarnation) throws IOException {
    faults.check();
    runs.getOrDefault(id, new HashMap<>()).remove(incarnation);
  }

  @Override
  public synchronized void releaseExec(ContainerId id, String execId) {
    execs.remove(id + execId);
  }

  @Override
  public synchronized void remove(ContainerId id) throws IOException {
    faults.check();
    runs.getOrDefault(id, Map.of()).values().forEach(process -> process.end(128 + 9));
    runs.remove(id);
  }

  private final class Runtime implements OciRuntime {
    @Override
    public String name() {
      return "memory";
    }

    @Override
    public Path program() {
      return Path.of("/nonexistent/memory");
    }

    @Override
    public Path root() {
      return Path.of("/nonexistent");
    }

    @Override
    public String version() {
      return "1";
    }

    private Optional<FakeProcess> process(ContainerId id) {
      synchronized (InMemoryRuns.this) {
        return Optional.ofNullable(current.get(id));
      }
    }

    @Override
    public void start(ContainerId id) throws IOException {
      faults.check();
      process(id)
          .filter(process -> process.alive() && !process.started())
          .orElseThrow(() -> new IOException("cannot start " + id + ": not created"))
          .start();
    }

    @Override
    public void kill(ContainerId id, int signal, boolean all) throws IOException {
      faults.check();
      process(id)
          .filter(FakeProcess::alive)
          .orElseThrow(
              () -> new IOException("cannot signal container " + id + ": it is not running"))
          .end(128 + signal);
    }

    @Override
    public void forget(ContainerId id) {
      synchronized (InMemoryRuns.this) {
        current.remove(id);
      }
    }

    @Override
    public void delete(ContainerId id) throws IOException {
      faults.check();
      synchronized (InMemoryRuns.this) {
        var process = current.remove(id);
        if (process != null) {
          process.end(128 + 9);
        }
      }
    }

    @Override
    public void update(ContainerId id, ResourceSpec resources) throws IOException {
      faults.check();
    }

    @Override
    public Optional<State> state(ContainerId id) {
      return process(id)
          .map(
              process ->
                  !process.alive()
                      ? new State("stopped", 0)
                      : new State(process.started() ? "running" : "created", process.pid));
    }
  }
}
