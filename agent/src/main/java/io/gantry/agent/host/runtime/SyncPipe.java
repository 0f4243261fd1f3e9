package io.gantry.agent.host.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gantry.agent.host.kernel.Pipe;
import io.gantry.agent.host.kernel.PolledChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.InterruptedByTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** conmon's answers to its parent: one JSON object a line. */
final class SyncPipe implements AutoCloseable {
  private static final int LONGEST_ANSWER = 64 * 1024;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Pipe pipe;
  private final PolledChannel channel;

  /**
   * @param data a pid, or -1 and less when the runtime refused
   * @param message the runtime's words then
   */
  record Answer(long data, String message) {}

  SyncPipe() throws IOException {
    pipe = Pipe.open();
    channel = new PolledChannel(pipe.source());
  }

  Pipe pipe() {
    return pipe;
  }

  /** Call once the child has its own copy of the other end: else the end is never seen. */
  void parentOnly() {
    pipe.sink().close();
  }

  /** Fails with {@link InterruptedByTimeoutException} at the deadline. */
  Answer read(Duration deadline) throws IOException {
    var end = System.nanoTime() + deadline.toNanos();
    var buffer = ByteBuffer.allocate(LONGEST_ANSWER);
    while (buffer.hasRemaining()) {
      var left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
      var count = channel.read(buffer, left);
      if (count < 0) {
        if (buffer.position() == 0) {
          throw new IOException("the monitor ended without an answer");
        }
        break;
      }
      if (buffer.get(buffer.position() - 1) == '\n') {
        break;
      }
    }
    return parse(new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8));
  }

  static Answer parse(String line) throws IOException {
    try {
      var json = JSON.readTree(line);
      var data = json.has("data") ? json.path("data") : json.path("pid");
      if (!data.canConvertToLong()) {
        throw new IOException("not an answer of a monitor: " + line.strip());
      }
      return new Answer(data.asLong(), json.path("message").asText(""));
    } catch (JsonProcessingException broken) {
      throw new IOException("not an answer of a monitor: " + line.strip(), broken);
    }
  }

  @Override
  public void close() {
    channel.close();
    pipe.close();
  }
}
