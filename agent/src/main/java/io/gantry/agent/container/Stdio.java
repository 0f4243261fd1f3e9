package io.gantry.agent.container;

import akka.NotUsed;
import akka.stream.OverflowStrategy;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Keep;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.stream.javadsl.SourceQueueWithComplete;
import akka.util.ByteString;
import io.gantry.agent.Attachment;
import io.gantry.agent.Attachment.Chunk;
import io.gantry.agent.Containers.Stream;
import io.gantry.agent.host.Monitor.Console;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * A console as a stream, in both directions. Its blocking calls are made on virtual threads; output
 * waits in the kernel while the client does not take it.
 */
public final class Stdio {
  private static final int CHUNKS_AHEAD = 16;

  private final Executor blocking;

  /** {@code blocking} runs each task on a virtual thread. */
  public Stdio(Executor blocking) {
    this.blocking = blocking;
  }

  /** What a client wants of a console. */
  public record Wanted(
      boolean tty,
      boolean stdin,
      boolean stdout,
      boolean stderr,
      Optional<DetachKeys> detachKeys) {}

  /** {@code console} may come later; until then input waits. Its failure ends the output. */
  public Attachment attachment(CompletionStage<Console> console, Wanted wanted) {
    return attachment(console, wanted, CompletableFuture::new, Duration.ZERO);
  }

  /**
   * As the other, but the output's end waits until {@code end} has completed, at most for {@code
   * patience}: whoever has read the end may ask for the exit code. A detached client does not wait.
   */
  public Attachment attachment(
      CompletionStage<Console> console,
      Wanted wanted,
      Supplier<? extends CompletionStage<?>> end,
      Duration patience) {
    var detached = new AtomicBoolean();
    var output =
        Source.<Chunk>queue(CHUNKS_AHEAD, OverflowStrategy.backpressure())
            .mapMaterializedValue(
                queue -> {
                  console.whenCompleteAsync(
                      (open, failure) -> {
                        if (failure == null) {
                          pump(open, queue, wanted);
                          awaitEnd(detached, end, patience);
                          queue.complete();
                        } else {
                          queue.complete();
                        }
                      },
                      blocking);
                  queue
                      .watchCompletion()
                      .whenCompleteAsync((_, _) -> console.thenAccept(Console::close), blocking);
                  return NotUsed.getInstance();
                });
    var flow = Flow.fromSinkAndSourceMat(input(console, wanted, detached), output, Keep.none());
    return new Attachment(wanted.tty(), flow);
  }

  private static void pump(Console console, SourceQueueWithComplete<Chunk> queue, Wanted wanted) {
    try {
      for (var next = console.read(); next.isPresent(); next = console.read()) {
        var stream = next.get().stream() == 2 ? Stream.STDERR : Stream.STDOUT;
        var asked = stream == Stream.STDERR ? wanted.stderr() : wanted.stdout();
        if (asked || wanted.tty()) {
          // A virtual thread waits here, and with it the container's output, for a slow client.
          queue
              .offer(new Chunk(stream, ByteString.fromArrayUnsafe(next.get().bytes())))
              .toCompletableFuture()
              .get();
        }
      }
    } catch (IOException | ExecutionException e) {
      // Closed, by the process's end or the client's: there is no more to read.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void awaitEnd(
      AtomicBoolean detached, Supplier<? extends CompletionStage<?>> end, Duration patience) {
    if (detached.get() || patience.isZero()) {
      return;
    }
    try {
      end.get().toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // The output has ended either way.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Sink<ByteString, NotUsed> input(
      CompletionStage<Console> console, Wanted wanted, AtomicBoolean detached) {
    if (!wanted.stdin()) {
      return Sink.<ByteString>ignore().mapMaterializedValue(_ -> NotUsed.getInstance());
    }
    return Flow.<ByteString>create()
        .mapAsync(
            1,
            bytes ->
                console.thenApplyAsync(
                    open -> write(open, bytes.toArrayUnsafe(), wanted, detached), blocking))
        .to(Sink.onComplete(_ -> console.thenAcceptAsync(Stdio::closeInput, blocking)));
  }

  private static boolean write(
      Console console, byte[] typed, Wanted wanted, AtomicBoolean detached) {
    try {
      var passed =
          wanted
              .detachKeys()
              .map(keys -> keys.feed(typed))
              .orElse(new DetachKeys.Passed(typed, false));
      console.write(passed.bytes(), 0, passed.bytes().length);
      if (passed.detached()) {
        detached.set(true);
        console.close();
      }
      return passed.detached();
    } catch (IOException e) {
      // The process has ended or no longer reads: its output tells the rest.
      return true;
    }
  }

  private static void closeInput(Console console) {
    try {
      console.closeInput();
    } catch (IOException e) {
      // There is nobody to hear the end of input.
      console.close();
    }
  }
}
