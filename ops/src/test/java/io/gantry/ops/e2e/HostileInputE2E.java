package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
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

  /** Puts the entries of one trick into an archive. */
  private interface Trick {
    void into(TarArchiveOutputStream entries) throws IOException;
  }

  private static Map<String, Trick> tricks() {
    var here = host.directory().toString();
    var up = "../".repeat(20) + here.substring(1);
    var tricks = new LinkedHashMap<String, Trick>();
    tricks.put("a name that goes up", entries -> file(entries, up + "/escaped", 'x'));
    tricks.put("an absolute name", entries -> file(entries, here + "/escaped", 'x'));
    tricks.put(
        "a link to a directory, and a file below it",
        entries -> {
          link(entries, "door", TarConstants.LF_SYMLINK, here);
          file(entries, "door/escaped", 'x');
        });
    tricks.put(
        "a relative link that goes up",
        entries -> {
          link(entries, "stairs", TarConstants.LF_SYMLINK, up);
          file(entries, "stairs/escaped", 'x');
        });
    tricks.put(
        "a link to a file, and the file again",
        entries -> {
          link(entries, "window", TarConstants.LF_SYMLINK, here + "/outside");
          file(entries, "window", 'x');
        });
    tricks.put(
        "a hard link to a file, and the file again",
        entries -> {
          link(entries, "twin", TarConstants.LF_LINK, up + "/outside");
          file(entries, "twin", 'x');
        });
    tricks.put(
        "a hard link by way of a link",
        entries -> {
          link(entries, "door", TarConstants.LF_SYMLINK, here);
          link(entries, "twin", TarConstants.LF_LINK, "door/outside");
          file(entries, "twin", 'x');
        });
    tricks.put(
        "a file to be hidden by way of a link",
        entries -> {
          link(entries, "door", TarConstants.LF_SYMLINK, here);
          file(entries, "door/.wh.outside", 'x');
        });
    return tricks;
  }

  @Test
  void anArchiveThatPointsOutsideWritesNothingThereWhoeverTakesIt() throws IOException {
    var outside = Files.writeString(host.directory().resolve("outside"), "intact");
    api.post(
            "/containers/create?name=target",
            "{\"Image\":\""
                + Busybox.IMAGE
                + "\",\"Cmd\":[\"true\"],\"HostConfig\":{\"NetworkMode\":\"none\"}}")
        .succeeded();
    for (var trick : tricks().entrySet()) {
      var layer = archive(trick.getValue());
      var context =
          archive(
              entries -> {
                trick.getValue().into(entries);
                file(entries, "Dockerfile", "FROM busybox:test\nCOPY . /all/\n");
              });
      api.postTar("/images/create?fromSrc=-&repo=hostile&tag=1", layer);
      api.postTar("/images/load?quiet=1", archive(entries -> image(entries, layer)));
      api.postTar("/build?t=hostile:2", context);
      api.send("PUT", "/containers/target/archive?path=/root", "application/x-tar", layer);
      assertThat(outside).as(trick.getKey()).hasContent("intact");
      assertThat(Files.getAttribute(outside, "unix:nlink")).as(trick.getKey()).isEqualTo(1);
      assertThat(host.directory().resolve("escaped")).as(trick.getKey()).doesNotExist();
    }
    api.delete("/containers/target").succeeded();
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

  private static byte[] archive(Trick content) throws IOException {
    var tar = new ByteArrayOutputStream();
    try (var entries = new TarArchiveOutputStream(tar)) {
      entries.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      content.into(entries);
    }
    return tar.toByteArray();
  }

  /** An archive as {@code docker save} writes it. */
  private static void image(TarArchiveOutputStream entries, byte[] layer) throws IOException {
    var config =
        "{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:%s\"]}}"
            .formatted(sha256(layer));
    file(entries, "config.json", config);
    var entry = new TarArchiveEntry("layer.tar", true);
    entry.setSize(layer.length);
    entries.putArchiveEntry(entry);
    entries.write(layer);
    entries.closeArchiveEntry();
    file(
        entries,
        "manifest.json",
        "[{\"Config\":\"config.json\",\"RepoTags\":[\"hostile:3\"],\"Layers\":[\"layer.tar\"]}]");
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException never) {
      throw new AssertionError(never);
    }
  }

  private static void file(TarArchiveOutputStream entries, String name, char content)
      throws IOException {
    file(entries, name, String.valueOf(content));
  }

  private static void file(TarArchiveOutputStream entries, String name, String content)
      throws IOException {
    var bytes = content.getBytes(StandardCharsets.US_ASCII);
    var entry = new TarArchiveEntry(name, true);
    entry.setSize(bytes.length);
    entries.putArchiveEntry(entry);
    entries.write(bytes);
    entries.closeArchiveEntry();
  }

  private static void link(TarArchiveOutputStream entries, String name, byte kind, String target)
      throws IOException {
    var entry = new TarArchiveEntry(name, kind);
    entry.setLinkName(target);
    entries.putArchiveEntry(entry);
    entries.closeArchiveEntry();
  }
}
