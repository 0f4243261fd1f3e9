package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Clients that are broken or mean get an error, and nobody else notices. */
@Tag("host")
class HostileInputE2E {
  private static TempHost host;
  private static AgentProcess agent;
  private static DockerApi api;

  @BeforeAll
  static void startAgent() throws IOException {
    host = TempHost.create();
    agent = AgentProcess.start(host);
    api = new DockerApi(host.dockerSocket());
    Busybox.importInto(host);
  }

  @AfterAll
  static void stopAgent() {
    try (var _ = host;
        var _ = agent) {
      // Closed in this order: the agent, then its host; neither if the start failed before it.
    }
  }

  @AfterEach
  void othersAreServedAsBefore() throws IOException {
    assertThat(api.get("/_ping").text()).isEqualTo("OK");
    assertThat(api.get("/images/" + Busybox.IMAGE + "/json").status()).isEqualTo(200);
  }

  @Test
  void malformedJsonIsABadRequest() throws IOException {
    var answer = api.post("/containers/create", "{\"Image\": ");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).startsWith("{\"message\":");
  }

  @Test
  void aWrongTypeIsABadRequest() throws IOException {
    var answer = api.post("/containers/create", "{\"Image\": {\"not\": \"a string\"}}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).startsWith("{\"message\":");
  }

  @Test
  void jsonThatIsNestedWithoutEndIsABadRequest() throws IOException {
    var answer = api.post("/containers/create", "{\"Labels\":" + "[".repeat(200_000));
    assertThat(answer.status()).isEqualTo(400);
  }

  @Test
  void anUnknownContainerIsNotFoundInDockersWords() throws IOException {
    var answer = api.get("/containers/nobody/json");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.text())
        .isEqualToIgnoringNewLines("{\"message\":\"No such container: nobody\"}");
  }

  @Test
  void bytesThatAreNotHttpAreRefused() throws IOException {
    var noise = new byte[100_000];
    new Random(1).nextBytes(noise);
    var answer = new String(api.raw(noise), StandardCharsets.ISO_8859_1);
    assertThat(answer).matches("(?s)(|HTTP/1.1 (4\\d\\d|501) .*)");
  }

  @Test
  void anArchiveThatPointsOutsideWritesNothingThere() throws IOException {
    var outside = host.directory().resolve("escaped");
    var upwards = "../".repeat(20) + outside.toString().substring(1);
    var tar = new ByteArrayOutputStream();
    try (var entries = new TarArchiveOutputStream(tar)) {
      entries.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      file(entries, upwards);
      link(entries, "door", host.directory().toString());
      file(entries, "door/escaped");
      link(entries, "stairs", "../".repeat(20) + host.directory().toString().substring(1));
      file(entries, "stairs/escaped");
    }
    api.postTar("/images/create?fromSrc=-&repo=hostile&tag=1", tar.toByteArray());
    assertThat(Files.exists(outside)).isFalse();
  }

  @Test
  void anArchiveThatEndsInItsMiddleLeavesNoImage() throws IOException {
    var tar = Busybox.tar(host);
    var answer =
        api.postTar("/images/create?fromSrc=-&repo=half&tag=1", Arrays.copyOf(tar, 700_000));
    assertThat(answer.text()).contains("unexpected end");
    assertThat(api.get("/images/half:1/json").status()).isEqualTo(404);
  }

  @Test
  void aNameWithAPathInItIsRefused() throws IOException {
    var answer =
        api.post("/containers/create?name=..%2F..%2Fetc", "{\"Image\":\"" + Busybox.IMAGE + "\"}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).contains("only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
  }

  @Test
  void aClientThatLeavesInTheMiddleOfAHijackCostsNothing() throws IOException {
    var created =
        api.post(
                "/containers/create?name=left",
                "{\"Image\":\"%s\",\"Cmd\":[\"cat\"],\"OpenStdin\":true,\"HostConfig\":{\"NetworkMode\":\"none\"}}"
                    .formatted(Busybox.IMAGE))
            .succeeded();
    assertThat(created.text()).contains("Id");
    api.post("/containers/left/start", "").succeeded();
    for (var client = 0; client < 20; client++) {
      try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(api.socket()))) {
        channel.write(
            StandardCharsets.US_ASCII.encode(
                "POST /containers/left/attach?stream=1&stdin=1&stdout=1 HTTP/1.1\r\nHost: x\r\n"
                    + "Upgrade: tcp\r\nConnection: Upgrade\r\n\r\nabc"));
      }
    }
    assertThat(api.get("/containers/left/json").text()).contains("\"Running\":true");
    api.delete("/containers/left?force=1").succeeded();
  }

  private static void file(TarArchiveOutputStream entries, String name) throws IOException {
    var entry = new TarArchiveEntry(name, true);
    entry.setSize(1);
    entries.putArchiveEntry(entry);
    entries.write('x');
    entries.closeArchiveEntry();
  }

  private static void link(TarArchiveOutputStream entries, String name, String target)
      throws IOException {
    var entry = new TarArchiveEntry(name, TarArchiveEntry.LF_SYMLINK);
    entry.setLinkName(target);
    entries.putArchiveEntry(entry);
    entries.closeArchiveEntry();
  }
}
