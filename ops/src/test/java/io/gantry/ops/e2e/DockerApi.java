package io.gantry.ops.e2e;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The Docker API without a client library between: one HTTP/1.1 request a connection, exactly as it
 * is given.
 */
record DockerApi(Path socket) {
  /** An answer. The body is without its transfer coding. */
  record Answer(int status, String head, byte[] body) {
    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    /** What a multiplexed body has of one stream: 1 is standard output, 2 the error's. */
    String stream(int number) {
      var frames = ByteBuffer.wrap(body);
      var whole = new ByteArrayOutputStream();
      while (frames.hasRemaining()) {
        var stream = frames.getInt() >>> 24;
        var bytes = new byte[frames.getInt()];
        frames.get(bytes);
        if (stream == number) {
          whole.writeBytes(bytes);
        }
      }
      return whole.toString(StandardCharsets.UTF_8);
    }

    /** The answer itself, if it says that the request was carried out. */
    Answer succeeded() {
      if (status >= 300) {
        throw new AssertionError("status %d: %s".formatted(status, text()));
      }
      return this;
    }
  }

  Answer get(String path) throws IOException {
    return send("GET", path, "text/plain", new byte[0]);
  }

  Answer post(String path, String json) throws IOException {
    return send("POST", path, "application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  Answer postTar(String path, byte[] tar) throws IOException {
    return send("POST", path, "application/x-tar", tar);
  }

  Answer delete(String path) throws IOException {
    return send("DELETE", path, "text/plain", new byte[0]);
  }

  Answer send(String method, String path, String type, byte[] body) throws IOException {
    var head =
        "%s %s HTTP/1.1\r\nHost: gantry\r\nConnection: close\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
            .formatted(method, path, type, body.length);
    var request = new ByteArrayOutputStream();
    request.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
    request.writeBytes(body);
    return parsed(raw(request.toByteArray()));
  }

  /** Sends these bytes and returns all that comes back until the other end closes. */
  byte[] raw(byte[] request) throws IOException {
    try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      var bytes = ByteBuffer.wrap(request);
      try {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      } catch (IOException _) {
        // Refused before all was sent; the answer says why.
      }
      return Channels.newInputStream(channel).readAllBytes();
    }
  }

  private static Answer parsed(byte[] answer) throws IOException {
    var text = new String(answer, StandardCharsets.ISO_8859_1);
    var end = text.indexOf("\r\n\r\n");
    if (!text.startsWith("HTTP/1.1 ") || end < 0) {
      throw new IOException("not an HTTP answer: " + text);
    }
    var head = text.substring(0, end);
    var body = text.substring(end + 4);
    var plain =
        head.toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked") ? joined(body) : body;
    return new Answer(
        Integer.parseInt(head.substring(9, 12)), head, plain.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Fails when the last chunk is missing: whoever wrote it ended in the middle. */
  private static String joined(String chunks) throws IOException {
    var whole = new StringBuilder();
    var at = 0;
    while (true) {
      var line = chunks.indexOf("\r\n", at);
      var size = line < 0 ? -1 : Integer.parseInt(chunks.substring(at, line), 16);
      if (size == 0) {
        return whole.toString();
      }
      if (size < 0 || line + 2 + size > chunks.length()) {
        throw new EOFException("the answer ends in its middle: " + chunks);
      }
      whole.append(chunks, line + 2, line + 2 + size);
      at = line + 2 + size + 2;
    }
  }
}
