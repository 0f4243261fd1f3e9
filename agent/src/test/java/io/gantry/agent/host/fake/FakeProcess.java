package io.gantry.agent.host.fake;

import io.gantry.agent.host.Monitor.Console;
import io.gantry.agent.host.Monitor.Exit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/** A process of {@link InMemoryRuns} with its stdio. */
final class FakeProcess implements Console {
  private static final int STDOUT = 1;
  private static final int STDERR = 2;
  private static final byte[] END = new byte[0];

  final long pid;
  final CompletableFuture<Exit> exit = new CompletableFuture<>();
  private final Program program;
  private final BlockingQueue<byte[]> input = new LinkedBlockingQueue<>();
  private final BlockingQueue<Optional<Output>> output = new LinkedBlockingQueue<>();
  private volatile String size = "0 0";
  private volatile boolean started;

  FakeProcess(long pid, Program program) {
    this.pid = pid;
    this.program = program;
    exit.whenComplete((value, failure) -> output.add(Optional.empty()));
  }

  boolean alive() {
    return !exit.isDone();
  }

  boolean started() {
    return started;
  }

  void start() {
    started = true;
    Thread.startVirtualThread(this::live);
  }

  private void live() {
    try {
      switch (program) {
        case Program.Writes(var out, var err, var code) -> {
          say(STDOUT, out);
          say(STDERR, err);
          end(code);
        }
        case Program.Echoes() -> {
          for (var bytes = input.take(); bytes != END; bytes = input.take()) {
            output.add(Optional.of(new Output(STDOUT, bytes)));
          }
          end(0);
        }
        case Program.TellsSize() -> {
          input.take();
          say(STDOUT, size + "\n");
          end(0);
        }
        case Program.Sleeps(), Program.Refused(_) -> {}
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void say(int stream, String text) {
    if (!text.isEmpty()) {
      output.add(Optional.of(new Output(stream, text.getBytes(StandardCharsets.UTF_8))));
    }
  }

  void end(int code) {
    exit.complete(new Exit(code, false, Instant.now()));
  }

  void resize(int height, int width) {
    size = height + " " + width;
  }

  @Override
  public Optional<Output> read() throws IOException {
    try {
      var next = output.take();
      if (next.isEmpty()) {
        // Whoever else reads shall see the end too.
        output.add(next);
      }
      return next;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    input.add(java.util.Arrays.copyOfRange(bytes, offset, offset + length));
  }

  @Override
  public void closeInput() {
    input.add(END);
  }

  @Override
  public void close() {
    // The process goes on.
  }
}
