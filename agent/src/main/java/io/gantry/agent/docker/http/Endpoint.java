package io.gantry.agent.docker.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;

/** Where the API listens. */
public sealed interface Endpoint {
  record Unix(Path path) implements Endpoint {
    @Override
    public String toString() {
      return "unix://" + path;
    }
  }

  record Tcp(InetSocketAddress address) implements Endpoint {
    boolean isLoopback() {
      return !address.isUnresolved() && address.getAddress().isLoopbackAddress();
    }

    @Override
    public String toString() {
      return "tcp://" + address.getHostString() + ":" + address.getPort();
    }
  }

  /**
   * Reads {@code unix:///PATH} or {@code tcp://HOST:PORT}.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static Endpoint parse(String text) {
    try {
      var uri = new URI(text);
      if ("unix".equals(uri.getScheme())
          && uri.getPath() != null
          && uri.getPath().startsWith("/")
          && (uri.getAuthority() == null)) {
        return new Unix(Path.of(uri.getPath()));
      }
      if ("tcp".equals(uri.getScheme()) && uri.getHost() != null && uri.getPort() >= 0) {
        var host = uri.getHost().replaceAll("[\\[\\]]", "");
        return new Tcp(new InetSocketAddress(InetAddress.ofLiteral(literal(host)), uri.getPort()));
      }
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new IllegalArgumentException(complaint(text), e);
    }
    throw new IllegalArgumentException(complaint(text));
  }

  private static String literal(String host) {
    return host.equals("localhost") ? "127.0.0.1" : host;
  }

  private static String complaint(String text) {
    return "cannot listen on %s: expected unix:///PATH or tcp://ADDRESS:PORT".formatted(text);
  }
}
