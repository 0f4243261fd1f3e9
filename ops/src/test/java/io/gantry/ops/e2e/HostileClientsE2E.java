package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that hold connections, send what never ends or read nothing: the agent stays alive and
 * small, and answers others meanwhile.
 */
@Tag("host")
@Timeout(120)
class HostileClientsE2E {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int MOST_MEBIBYTES = 500;
  private static final int FEW_DESCRIPTORS = 400;

  private static TempHost host;
  private static AgentProcess agent;
  private static DockerApi api;

  private final List<SocketChannel> clients = new ArrayList<>();

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
  void nothingIsHeldWhenTheyHaveGone() throws IOException {
    for (var client : clients) {
      client.close();
    }
    clients.clear();
    Eventually.holds(SOON, () -> assertThat(descriptors()).isLessThan(FEW_DESCRIPTORS));
    assertThat(api.get("/images/" + Busybox.IMAGE + "/json").status()).isEqualTo(200);
  }

  /** Connects so often; what each sends is written without waiting for it to be read. */
  private void connect(int count, Path socket, IntFunction<byte[]> sends) {
    for (var number = 0; number < count; number++) {
      try {
        var client = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        clients.add(client);
        client.configureBlocking(false);
        client.write(ByteBuffer.wrap(sends.apply(number)));
      } catch (IOException refused) {
        // Which is the agent's right.
      }
    }
  }

  private static void othersAreAnswered() {
    Eventually.holds(SOON, () -> assertThat(api.get("/_ping").text()).isEqualTo("OK"));
    assertThat(residentMebibytes()).isLessThan(MOST_MEBIBYTES);
  }

  private static long residentMebibytes() {
    try (var lines = Files.lines(Path.of("/proc", Long.toString(agent.pid()), "status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .sum();
    } catch (IOException gone) {
      throw new AssertionError("the agent is gone", gone);
    }
  }

  private static long descriptors() throws IOException {
    try (var open = Files.list(Path.of("/proc", Long.toString(agent.pid()), "fd"))) {
      return open.count();
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void tenThousandSilentConnectionsTakeNobodysPlace() {
    connect(10_000, host.dockerSocket(), _ -> new byte[0]);
    othersAreAnswered();
  }

  @Test
  void requestsWhoseHeadsNeverEndTakeNoMemoryFromOthers() {
    var head = "GET /_ping HTTP/1.1\r\nX-Long: " + "a".repeat(60_000);
    connect(2_000, host.dockerSocket(), _ -> ascii(head));
    othersAreAnswered();
  }

  @Test
  void bodiesThatNeverEndTakeNoMemoryFromOthers() {
    var body =
        "POST /containers/create HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + "Content-Length: 4000000\r\n\r\n{\"Env\":[\""
            + "a".repeat(150_000);
    connect(1_000, host.dockerSocket(), _ -> ascii(body));
    othersAreAnswered();
  }

  @Test
  void readersThatReadNothingHoldNothingUp() throws IOException {
    var create =
        "{\"Image\":\"%s\",\"Cmd\":[\"sh\",\"-c\",\"yes 0123456789012345678901234567890123456789 | head -n 300000; sleep 1000\"],\"HostConfig\":{\"NetworkMode\":\"none\"}}"
            .formatted(Busybox.IMAGE);
    api.post("/containers/create?name=talker", create).succeeded();
    api.post("/containers/talker/start", "").succeeded();
    for (var path :
        List.of(
            "/containers/talker/logs?stdout=1&follow=1",
            "/events?since=1",
            "/containers/talker/export",
            "/containers/talker/stats",
            "/images/" + Busybox.IMAGE + "/get")) {
      var request = "GET %s HTTP/1.1\r\nHost: x\r\n\r\n".formatted(path);
      connect(40, host.dockerSocket(), _ -> ascii(request));
    }
    othersAreAnswered();
    api.delete("/containers/talker?force=1").succeeded();
  }

  @Test
  void anAttachThatIsHalfClosedAndThenKilledIsNoticedAtOnce() throws IOException {
    var create =
        "{\"Image\":\"%s\",\"Cmd\":[\"sleep\",\"1000\"],\"OpenStdin\":true,\"HostConfig\":{\"NetworkMode\":\"none\"}}"
            .formatted(Busybox.IMAGE);
    api.post("/containers/create?name=silent", create).succeeded();
    api.post("/containers/silent/start", "").succeeded();
    var before = descriptors();
    var attach =
        "POST /containers/silent/attach?stream=1&stdin=1&stdout=1 HTTP/1.1\r\nHost: x\r\n"
            + "Upgrade: tcp\r\nConnection: Upgrade\r\n\r\n";
    connect(50, host.dockerSocket(), _ -> ascii(attach));
    Eventually.holds(SOON, () -> assertThat(descriptors()).isGreaterThanOrEqualTo(before + 80));
    for (var client : clients) {
      client.shutdownOutput();
    }
    // They still listen: nothing of them may be given up.
    api.get("/containers/silent/json").succeeded();
    assertThat(descriptors()).isGreaterThanOrEqualTo(before + 40);
    for (var client : clients) {
      client.close();
    }
    Eventually.holds(SOON, () -> assertThat(descriptors()).isLessThan(before + 25));
    api.delete("/containers/silent?force=1").succeeded();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Content-Length: 5\r\nContent-Length: 6",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: identity, chunked",
        "Content-Length: -5",
        "Content-Length: 99999999999999999999",
        "Content-Length: 0x5",
        "Content-Length : 5",
        "Transfer-Encoding: chunked\r\nX: \0"
      })
  void aBodyWhoseEndIsForEachReaderToGuessIsRefused(String headers) throws IOException {
    var request =
        "POST /containers/create HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n0\r\n\r\nGET /containers/json?all=1 HTTP/1.1\r\nHost: x\r\n\r\n"
            .formatted(headers);
    var answer = new String(api.raw(ascii(request)), StandardCharsets.ISO_8859_1);
    assertThat(answer).matches("(?s)HTTP/1.1 (400|411|413|501) .*");
    assertThat(answer.split("HTTP/1\\.1 ")).as("one answer: " + answer).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /containers/..%2f..%2f..%2fetc%2fpasswd/json",
        "GET /containers/../../../etc/passwd",
        "GET /containers/%00/json",
        "GET /containers/%ff%fe/json",
        "GET /images/..%2f..%2fetc/json",
        "GET /volumes/..%2f..%2fetc",
        "DELETE /volumes/..%2f..",
        "GET /networks/..%2f..%2fetc",
        "GET /exec/..%2f..%2fetc/json",
        "DELETE /images/..%2f..%2f..%2fetc",
        "GET /containers/json?filters=%7b%22id%22:[%22..%2f%22]%7d%7d%7d",
        "GET /v1.44/../../_ping",
        "DELETE /networks/%2e%2e",
        "POST /containers/..%2fx/rename?name=y"
      })
  void pathsThatPointElsewhereFindNothing(String request) throws IOException {
    var words = request.split(" ");
    var answer = api.send(words[0], words[1], "application/json", new byte[0]);
    assertThat(answer.status()).isIn(400, 404);
    assertThat(answer.text()).doesNotContain("root:").doesNotContain("Exception");
  }

  // -- HTTP/2

  private static byte[] frame(int type, int flags, int stream, byte[] body) {
    return ByteBuffer.allocate(9 + body.length)
        .put((byte) (body.length >> 16))
        .putShort((short) body.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(body)
        .array();
  }

  private static byte[] preface(int count, IntFunction<byte[]> frames) {
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
    bytes.writeBytes(frame(4, 0, 0, new byte[0]));
    for (var number = 0; number < count; number++) {
      bytes.writeBytes(frames.apply(number));
    }
    return bytes.toByteArray();
  }

  /** Of a call of EngineService/Info, compressed by hand: indexed fields, then literals. */
  private static byte[] headers(int stream) {
    var block = new ByteArrayOutputStream();
    block.writeBytes(new byte[] {(byte) 0x83, (byte) 0x86, 0x04, 29});
    block.writeBytes(ascii("/gantry.v1.EngineService/Info"));
    block.writeBytes(new byte[] {0x01, 1, 'x', 0x0f, 0x10, 16});
    block.writeBytes(ascii("application/grpc"));
    return frame(1, 4, stream, block.toByteArray());
  }

  private void floods(byte[] bytes) {
    connect(20, host.grpcSocket(), _ -> bytes);
    var writers =
        clients.stream()
            .map(
                client ->
                    Thread.ofVirtual()
                        .start(
                            () -> {
                              try {
                                client.configureBlocking(true);
                                client.write(ByteBuffer.wrap(bytes));
                              } catch (IOException refused) {
                                // Which is the agent's right.
                              }
                            }))
            .toList();
    othersAreAnswered();
    writers.forEach(Thread::interrupt);
    var listed =
        Command.run(
            List.of(
                AgentProcess.DISTRIBUTION.resolve("bin/gantry").toString(),
                "--grpc",
                "unix://" + host.grpcSocket(),
                "ps"));
    assertThat(listed.exit()).as(listed.err()).isZero();
  }

  @Test
  void aFloodOfSettingsAndPingsIsBorne() {
    floods(
        preface(
            20_000,
            number -> number % 2 == 0 ? frame(4, 0, 0, new byte[0]) : frame(6, 0, 0, new byte[8])));
  }

  @Test
  void callsThatAreResetAtOnceAreBorne() {
    floods(
        preface(
            5_000,
            number -> {
              var stream = 1 + 2 * number;
              var both = new ByteArrayOutputStream();
              both.writeBytes(headers(stream));
              both.writeBytes(frame(3, 0, stream, new byte[] {0, 0, 0, 8}));
              return both.toByteArray();
            }));
  }

  @Test
  void messagesThatAreTooLargeOrNoneAreBorne() {
    var giant = HexFormat.of().parseHex("007fffffff" + "00".repeat(1000));
    var broken = HexFormat.of().parseHex("0000000005ffffffffff");
    floods(
        preface(
            200,
            number -> {
              var stream = 1 + 2 * number;
              var both = new ByteArrayOutputStream();
              both.writeBytes(headers(stream));
              both.writeBytes(frame(0, 1, stream, number % 2 == 0 ? giant : broken));
              return both.toByteArray();
            }));
    floods(preface(1, _ -> frame(1, 4, 1, new byte[100_000])));
  }
}
