package io.gantry.agent.fake;

import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.stream.OverflowStrategy;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.stream.javadsl.SourceQueueWithComplete;
import akka.util.ByteString;
import io.gantry.agent.Attachment;
import io.gantry.agent.Containers.LogLine;
import io.gantry.agent.Containers.Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What runs in a container of the fake: {@code echo WORDS}, {@code complain WORDS} (on stderr),
 * {@code exit CODE}, {@code cat}, {@code sleep} (until a signal), {@code size} (prints the next
 * size of the terminal and ends).
 */
final class ScriptedProcess {
  private final List<String> argv;
  private final ActorSystem<?> system;
  private final List<SourceQueueWithComplete<Attachment.Chunk>> clients = new ArrayList<>();
  private final List<LogLine> log = new ArrayList<>();
  private final CompletableFuture<Integer> exit = new CompletableFuture<>();

  ScriptedProcess(List<String> argv, ActorSystem<?> system) {
    this.argv = argv;
    this.system = system;
  }

  /** False: there is no such program. */
  boolean executable() {
    return !argv.isEmpty()
        && List.of("echo", "complain", "exit", "cat", "sleep", "size").contains(argv.getFirst());
  }

  CompletableFuture<Integer> exit() {
    return exit;
  }

  synchronized List<LogLine> log() {
    return List.copyOf(log);
  }

  void start() {
    var words = ByteString.fromString(String.join(" ", argv.subList(1, argv.size())) + "\n");
    switch (argv.getFirst()) {
      case "echo" -> {
        print(Stream.STDOUT, words);
        end(0);
      }
      case "complain" -> {
        print(Stream.STDERR, words);
        end(1);
      }
      case "exit" -> end(Integer.parseInt(argv.get(1)));
      default -> {}
    }
  }

  void stdin(ByteString bytes) {
    if (argv.getFirst().equals("cat")) {
      print(Stream.STDOUT, bytes);
    }
  }

  void endOfStdin() {
    if (argv.getFirst().equals("cat")) {
      end(0);
    }
  }

  void signal(int number) {
    end(128 + number);
  }

  void resize(int height, int width) {
    if (argv.getFirst().equals("size")) {
      print(Stream.STDOUT, ByteString.fromString("%dx%d%n".formatted(height, width)));
      end(0);
    }
  }

  Attachment attach(boolean tty, boolean stdin) {
    var output =
        Source.<Attachment.Chunk>queue(1000, OverflowStrategy.fail()).preMaterialize(system);
    synchronized (this) {
      clients.add(output.first());
      if (exit.isDone()) {
        output.first().complete();
      }
    }
    Sink<ByteString, NotUsed> input =
        Sink.<ByteString>foreach(this::stdin)
            .mapMaterializedValue(
                done -> {
                  if (stdin) {
                    done.thenRun(this::endOfStdin);
                  }
                  return NotUsed.getInstance();
                });
    return new Attachment(tty, Flow.fromSinkAndSource(input, output.second()));
  }

  private synchronized void print(Stream stream, ByteString bytes) {
    log.add(new LogLine(stream, InMemoryEngine.NOON.plusMillis(log.size()), bytes));
    clients.forEach(client -> client.offer(new Attachment.Chunk(stream, bytes)));
  }

  private synchronized void end(int code) {
    if (exit.complete(code)) {
      clients.forEach(SourceQueueWithComplete::complete);
    }
  }
}
