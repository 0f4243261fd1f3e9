package io.gantry.agent.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** HTTP by hand over a unix socket, so that tests see and send exact bytes. */
final class RawClient implements AutoCloseable {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final SocketChannel channel;
  private final InputStream input;

  /** Headers by lower-case name. */
  record Response(int status, String reason, Map<String, String> headers, String body) {
    JsonNode json() {
      try {
        return MAPPER.readTree(body);
      } catch (JsonProcessingException e) {
        throw new UncheckedIOException(e);
      }
    }

    String message() {
      return json().get("message").textValue();
    }
  }

  RawClient(Path socket) {
    try {
      channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
      input = Channels.newInputStream(channel);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  RawClient send(String text) {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  RawClient send(byte[] bytes) {
    try {
      var buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  RawClient request(String method, String target, String body) {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    var type = body.isEmpty() ? "" : "Content-Type: application/json\r\n";
    send(
        "%s %s HTTP/1.1\r\nHost: docker\r\n%sContent-Length: %d\r\n\r\n"
            .formatted(method, target, type, bytes.length));
    return send(bytes);
  }

  Response call(String method, String target, String body) {
    request(method, target, body);
    return response(method.equals("HEAD"));
  }

  Response response() {
    return response(false);
  }

  private Response response(boolean headOnly) {
    return timely(
        () -> {
          var head = head();
          var body = headOnly ? "" : body(head);
          return new Response(head.status(), head.reason(), head.headers(), body);
        });
  }

  /** Head of a response whose body is read by hand. */
  Response head() {
    var status = line().split(" ", 3);
    var headers = new TreeMap<String, String>();
    for (var line = line(); !line.isEmpty(); line = line()) {
      var colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return new Response(Integer.parseInt(status[1]), status[2], headers, "");
  }

  private String body(Response head) {
    if (head.status() == 204 || head.status() == 304 || head.status() == 101) {
      return "";
    }
    if ("chunked".equals(head.headers().get("transfer-encoding"))) {
      var all = new StringBuilder();
      for (var chunk = chunk(); !chunk.isEmpty(); chunk = chunk()) {
        all.append(chunk);
      }
      return all.toString();
    }
    var length = head.headers().get("content-length");
    return new String(
        length == null ? rest() : exactly(Integer.parseInt(length)), StandardCharsets.UTF_8);
  }

  /** The next chunk of a chunked body; empty: the last. */
  String chunk() {
    var size = Integer.parseInt(line(), 16);
    var chunk = new String(exactly(size), StandardCharsets.UTF_8);
    line();
    return chunk;
  }

  byte[] exactly(int count) {
    return timely(
        () -> {
          try {
            var bytes = input.readNBytes(count);
            if (bytes.length < count) {
              throw new EOFException("%d of %d bytes".formatted(bytes.length, count));
            }
            return bytes;
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** All until the server ends. */
  byte[] rest() {
    return timely(
        () -> {
          try {
            return input.readAllBytes();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private String line() {
    return timely(
        () -> {
          try {
            var line = new ByteArrayOutputStream();
            for (var next = input.read(); next != '\n'; next = input.read()) {
              if (next < 0) {
                throw new EOFException("the server closed within a line: " + line);
              }
              line.write(next);
            }
            return line.toString(StandardCharsets.UTF_8).stripTrailing();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private interface Reading<T> {
    T read();
  }

  /** A test that waits for bytes that never come fails, and does not hang. */
  private static <T> T timely(Reading<T> reading) {
    var result = new CompletableFuture<T>();
    var thread =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    result.complete(reading.read());
                  } catch (RuntimeException e) {
                    result.completeExceptionally(e);
                  }
                });
    return result.orTimeout(10, TimeUnit.SECONDS).whenComplete((_, _) -> thread.interrupt()).join();
  }

  RawClient endOutput() {
    try {
      channel.shutdownOutput();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
