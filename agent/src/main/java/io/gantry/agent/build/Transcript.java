package io.gantry.agent.build;

import akka.stream.javadsl.SourceQueueWithComplete;
import io.gantry.agent.Builds.Output;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a build says, in the order of its stages although they run side by side: what a stage says
 * before its turn is kept, up to a bound; what is dropped beyond it leaves a mark. A reader who is
 * slow holds up the stage that is being read.
 */
final class Transcript {
  private static final int MOST_KEPT = 2 << 20;

  /** Outputs that the reader has not taken yet: to wait for each would be dear. */
  static final int MOST_ON_THEIR_WAY = 32;

  private final SourceQueueWithComplete<Output> reader;
  private final Deque<Voice> voices = new ArrayDeque<>();
  private final ReentrantLock sending = new ReentrantLock();
  private final Queue<CompletableFuture<?>> onTheirWay = new ArrayDeque<>();

  Transcript(SourceQueueWithComplete<Output> reader) {
    this.reader = reader;
  }

  /** One stage's part. */
  final class Voice {
    private final Deque<Output> kept = new ArrayDeque<>();
    private int keptCharacters;
    private boolean clipped;
    private boolean closed;

    void say(String text) throws InterruptedException {
      say(new Output.Text(text));
    }

    void say(Output output) throws InterruptedException {
      keep(output);
      passOn();
    }

    private void keep(Output output) {
      synchronized (Transcript.this) {
        if (output instanceof Output.Text(var text)) {
          keptCharacters += text.length();
        }
        if (keptCharacters <= MOST_KEPT || voices.peekFirst() == this) {
          kept.add(output);
        } else if (!clipped) {
          clipped = true;
          kept.add(new Output.Text("[output clipped, log limit 2MiB reached]\n"));
        }
      }
    }

    /** The stage has nothing more to say: it is the next one's turn. */
    void close() throws InterruptedException {
      synchronized (Transcript.this) {
        closed = true;
      }
      passOn();
    }
  }

  /** In the order in which they are to be read. */
  synchronized Voice voice() {
    var voice = new Voice();
    voices.add(voice);
    return voice;
  }

  /** No stage says anything any more: what was kept is passed on. */
  void closeAll() throws InterruptedException {
    synchronized (this) {
      voices.forEach(voice -> voice.closed = true);
    }
    passOn();
  }

  private void passOn() throws InterruptedException {
    sending.lockInterruptibly();
    try {
      for (var next = next(); next != null; next = next()) {
        send(next);
      }
    } finally {
      sending.unlock();
    }
  }

  private synchronized @Nullable Output next() {
    while (!voices.isEmpty()) {
      var first = voices.getFirst();
      var next = first.kept.poll();
      if (next != null || !first.closed) {
        return next;
      }
      voices.removeFirst();
    }
    return null;
  }

  /** Beside the stages: before the first or after the last. */
  void send(Output output) throws InterruptedException {
    sending.lockInterruptibly();
    try {
      onTheirWay.add(reader.offer(output).toCompletableFuture());
      for (var first = onTheirWay.peek();
          first != null && (first.isDone() || onTheirWay.size() >= MOST_ON_THEIR_WAY);
          first = onTheirWay.peek()) {
        first.get();
        onTheirWay.remove();
      }
    } catch (ExecutionException gone) {
      throw new InterruptedException("nobody reads this build any more");
    } finally {
      sending.unlock();
    }
  }
}
