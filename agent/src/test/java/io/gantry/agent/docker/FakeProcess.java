package io.gantry.agent.docker;

import akka.NotUsed;
import akka.stream.OverflowStrategy;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.stream.javadsl.SourceQueueWithComplete;
import akka.util.ByteString;
import io.gantry.agent.Attachment;
import io.gantry.agent.Containers.LogLine;
import io.gantry.agent.Containers.Stream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A process that does what its argv says, in memory: {@code echo WORDS}, {@code cat}, {@code exit
 * CODE}, {@code both} (a line on each stream); anything else waits for a signal.
 */
final class FakeProcess {
  final CompletableFuture<Integer> exit = new CompletableFuture<>();
  final CompletableFuture<Void> inputEnded = new CompletableFuture<>();
  private final List<SourceQueueWithComplete<Attachment.Chunk>> readers = new ArrayList<>();
  private final List<LogLine> log = new ArrayList<>();
  private final List<String> argv;
  private boolean started;
  private boolean endSaid;
  private int attached;

  FakeProcess(List<String> argv) {
    this.argv = argv;
  }

  void start() {
    synchronized (this) {
      started = true;
    }
    switch (argv.isEmpty() ? "" : argv.getFirst()) {
      case "echo" -> {
        print(Stream.STDOUT, String.join(" ", argv.subList(1, argv.size())) + "\n");
        end(0);
      }
      case "both" -> {
        print(Stream.STDOUT, "out\n");
        print(Stream.STDERR, "err\n");
        end(0);
      }
      case "exit" -> end(Integer.parseInt(argv.get(1)));
      case "cat" -> {
        if (inputEnded.isDone()) {
          endOfInput();
        }
      }
      default -> {}
    }
  }

  /** Once, when the process runs and its input has ended, in whichever order. */
  private void endOfInput() {
    synchronized (this) {
      if (!started || endSaid) {
        return;
      }
      endSaid = true;
      print(Stream.STDOUT, "<end of input>");
    }
    end(0);
  }

  synchronized void print(Stream stream, String text) {
    print(stream, ByteString.fromString(text));
  }

  synchronized void print(Stream stream, ByteString bytes) {
    log.add(new LogLine(stream, Instant.parse("2026-11-21T10:00:00.5Z"), bytes));
    readers.forEach(reader -> reader.offer(new Attachment.Chunk(stream, bytes)));
  }

  synchronized List<LogLine> log() {
    return List.copyOf(log);
  }

  synchronized int attached() {
    return attached;
  }

  void end(int code) {
    List<SourceQueueWithComplete<Attachment.Chunk>> all;
    synchronized (this) {
      all = List.copyOf(readers);
      readers.clear();
    }
    all.forEach(SourceQueueWithComplete::complete);
    exit.complete(code);
  }

  Flow<ByteString, Attachment.Chunk, NotUsed> stdio() {
    var input =
        Flow.of(ByteString.class)
            .map(
                bytes -> {
                  if (argv.getFirst().equals("cat")) {
                    print(Stream.STDOUT, bytes);
                  }
                  return bytes;
                })
            .to(
                Sink.onComplete(
                    _ -> {
                      inputEnded.complete(null);
                      if (argv.getFirst().equals("cat")) {
                        endOfInput();
                      }
                    }));
    var output =
        Source.<Attachment.Chunk>queue(1024, OverflowStrategy.backpressure())
            .mapMaterializedValue(this::register)
            .watchTermination(
                (_, done) -> {
                  done.whenComplete((_, _) -> left());
                  return NotUsed.getInstance();
                });
    return Flow.fromSinkAndSource(input, output).mapMaterializedValue(_ -> NotUsed.getInstance());
  }

  private synchronized NotUsed register(SourceQueueWithComplete<Attachment.Chunk> reader) {
    attached++;
    if (exit.isDone()) {
      reader.complete();
    } else {
      readers.add(reader);
    }
    return NotUsed.getInstance();
  }

  private synchronized void left() {
    attached--;
  }
}
