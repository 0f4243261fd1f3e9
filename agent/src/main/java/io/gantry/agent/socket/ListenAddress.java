package io.gantry.agent.socket;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Where an edge listens. */
public sealed interface ListenAddress {
  /** Bytes of a path that fit into a socket address (sockaddr_un, without the final NUL). */
  int MAX_PATH_BYTES = 107;

  record Unix(Path path) implements ListenAddress {
    public Unix {
      if (path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
        throw new IllegalArgumentException(
            "socket path is longer than %d bytes: %s".formatted(MAX_PATH_BYTES, path));
      }
    }

    @Override
    public String toString() {
      return "unix://" + path;
    }
  }

  record Tcp(InetSocketAddress address) implements ListenAddress {
    @Override
    public String toString() {
      return "tcp://%s:%d".formatted(address.getAddress().getHostAddress(), address.getPort());
    }
  }

  /** True when only this host can reach it. */
  default boolean local() {
    return switch (this) {
      case Unix _ -> true;
      case Tcp(var address) -> address.getAddress().isLoopbackAddress();
    };
  }

  Pattern HOST_PORT = Pattern.compile("(\\[[0-9A-Fa-f:.%]+]|[^:/\\[\\]]+):(\\d{1,5})");

  /** Reads "unix:///PATH", "/PATH", "tcp://HOST:PORT" or "HOST:PORT". */
  static ListenAddress parse(String text) {
    if (text.startsWith("unix://")) {
      return new Unix(Path.of(text.substring("unix://".length())));
    }
    if (text.startsWith("/")) {
      return new Unix(Path.of(text));
    }
    var matcher = HOST_PORT.matcher(text.startsWith("tcp://") ? text.substring(6) : text);
    if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > 65535) {
      throw new IllegalArgumentException(
          "not an address to listen on: \"%s\" (expected unix:///PATH, tcp://HOST:PORT or HOST:PORT)"
              .formatted(text));
    }
    try {
      var host = InetAddress.getByName(matcher.group(1));
      return new Tcp(new InetSocketAddress(host, Integer.parseInt(matcher.group(2))));
    } catch (UnknownHostException unknown) {
      throw new IllegalArgumentException(
          "cannot resolve the host of %s: %s".formatted(text, unknown.getMessage()), unknown);
    }
  }
}
