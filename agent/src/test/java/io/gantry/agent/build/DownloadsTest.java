package io.gantry.agent.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.gantry.agent.image.Digest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DownloadsTest {
  private static final byte[] CONTENT = "what is there".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path directory;
  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/files/",
        exchange -> {
          var found = exchange.getRequestURI().getPath().endsWith("/here.txt");
          exchange.sendResponseHeaders(found ? 200 : 404, found ? CONTENT.length : -1);
          if (found) {
            exchange.getResponseBody().write(CONTENT);
          }
          exchange.close();
        });
    // A body without end: nobody says how long it is.
    server.createContext(
        "/endless",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try (var out = exchange.getResponseBody()) {
            while (!Thread.currentThread().isInterrupted()) {
              out.write(new byte[1 << 16]); // until the client has gone
            }
          } catch (IOException e) {
            exchange.close();
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String at(String path) {
    return "http://127.0.0.1:%d%s".formatted(server.getAddress().getPort(), path);
  }

  @Test
  void whatIsThereIsAFileWithItsDigest() throws Exception {
    var fetched =
        Downloads.fetch(
            at("/files/here.txt"), Optional.of(Digest.of(CONTENT).toString()), directory);
    assertThat(fetched.name()).isEqualTo("here.txt");
    assertThat(fetched.digest()).isEqualTo(Digest.of(CONTENT));
    assertThat(Files.readAllBytes(fetched.file())).isEqualTo(CONTENT);
    assertThat(fetched.file()).hasParent(directory);
  }

  @Test
  void otherBytesThanTheChecksumSaysAreRefused() {
    var other = Digest.of(new byte[1]).toString();
    assertThatThrownBy(() -> Downloads.fetch(at("/files/here.txt"), Optional.of(other), directory))
        .isInstanceOf(BuildFailed.class)
        .hasMessage("digest mismatch %s: %s".formatted(Digest.of(CONTENT), other));
  }

  @Test
  void whatIsNotThereIsSaidWithItsStatus() {
    var address = at("/files/gone.txt");
    assertThatThrownBy(() -> Downloads.fetch(address, Optional.empty(), directory))
        .isInstanceOf(BuildFailed.class)
        .hasMessage("failed to GET %s with status 404".formatted(address));
  }

  @Test
  void whatDoesNotEndIsBrokenOff() {
    var address = at("/endless");
    assertThatThrownBy(
            () ->
                Downloads.into(directory.resolve("file"), URI.create(address), address, 1_000_000))
        .isInstanceOf(BuildFailed.class)
        .hasMessage("%s is larger than 1000000 bytes".formatted(address));
  }
}
