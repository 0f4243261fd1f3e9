package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The Docker API on TCP, as {@code docker --tlsverify} uses it, and who is not let in. */
@Tag("host")
class DockerTlsE2E {
  private static final String ADDRESS = "tcp://127.0.0.1:23760";

  private static TempHost host;
  private static AgentProcess agent;
  private static Certificates certificates;

  @BeforeAll
  static void startAgent() throws IOException {
    assumeTrue(DockerCli.installed(), "docker's command line is not installed");
    host = TempHost.create();
    certificates = new Certificates(Files.createDirectory(host.directory().resolve("tls")));
    certificates.authority("authority");
    certificates.authority("stranger");
    certificates.server("authority", "server");
    certificates.client("authority", "alice");
    certificates.client("stranger", "mallory");
    certificates.expiredClient("authority", "yesterday");
    agent =
        AgentProcess.start(
            host,
            "--docker",
            ADDRESS,
            "--tls-ca",
            file("authority.pem"),
            "--tls-cert",
            file("server.pem"),
            "--tls-key",
            file("server-key.pem"));
    Busybox.importInto(host);
  }

  @AfterAll
  static void stopAgent() {
    try (var _ = host;
        var _ = agent) {
      // Closed in this order: the agent, then its host; neither if the start failed before it.
    }
  }

  private static String file(String name) {
    return certificates.directory().resolve(name).toString();
  }

  private static Command.Result docker(List<String> options, String input, String... words) {
    var line = new ArrayList<>(List.of("docker", "-H", ADDRESS));
    line.addAll(options);
    line.addAll(List.of(words));
    return Command.run(host.inNetwork(line), input);
  }

  private static List<String> verifiedAs(String name) {
    return Stream.concat(Stream.of("--tlsverify"), certificates.of(name).stream()).toList();
  }

  @Test
  void aClientWithACertificateRunsContainersWithItsInputAndOutput() {
    var echoed =
        docker(
            verifiedAs("alice"),
            "said over TLS\n",
            "run",
            "--rm",
            "-i",
            "--name",
            "over-tls",
            Busybox.IMAGE,
            "sh",
            "-c",
            "cat; echo to stderr >&2; exit 3");
    assertThat(echoed.exit()).as(echoed.err()).isEqualTo(3);
    assertThat(echoed.out()).isEqualTo("said over TLS\n");
    assertThat(echoed.err()).isEqualTo("to stderr\n");
  }

  @Test
  void megabytesPassInBothDirections() {
    var sent = "0123456789abcdef".repeat(1 << 16);
    var returned =
        docker(verifiedAs("alice"), sent, "run", "--rm", "-i", "--net=none", Busybox.IMAGE, "cat");
    assertThat(returned.succeeded()).isEqualTo(sent);
  }

  @Test
  void whatAClientDoesIsRecordedUnderItsCertificatesName() {
    docker(verifiedAs("alice"), "", "volume", "create", "of-alice").succeeded();
    var events =
        Command.run(
                host.inNetwork(
                    List.of(
                        AgentProcess.DISTRIBUTION.resolve("bin/gantry").toString(),
                        "--grpc",
                        "unix://" + host.grpcSocket(),
                        "events",
                        "--subject",
                        "of-alice")))
            .succeeded();
    assertThat(events).contains("volume_created of-alice by tls:CN=alice,O=Gantry tests");
    docker(verifiedAs("alice"), "", "volume", "rm", "of-alice").succeeded();
  }

  @Test
  void aClientWithoutACertificateIsRefused() {
    var refused = docker(List.of("--tls", "--tlscacert", file("authority.pem")), "", "version");
    assertRefused(refused, "certificate required", "the client has shown no certificate");
  }

  @Test
  void aClientOfAnotherAuthorityIsRefused() {
    assertRefused(
        docker(verifiedAs("mallory"), "", "version"),
        "certificate required", // Go's TLS shows none that the server has not asked for
        "the client has shown no certificate");
  }

  @Test
  void anExpiredCertificateIsRefused() {
    assertRefused(
        docker(verifiedAs("yesterday"), "", "version"),
        "unknown certificate", // the JDK has no finer alert for it
        "the client's certificate has expired (NotAfter: ");
  }

  @Test
  void aServersCertificateIsNoClients() {
    assertRefused(
        docker(verifiedAs("server"), "", "version"),
        "certificate",
        "Extended key usage does not permit use for TLS client authentication");
  }

  @Test
  void aClientThatDoesNotSpeakTlsHearsSo() {
    assertRefused(
        docker(List.of(), "", "version"),
        "Client sent an HTTP request to an HTTPS server.",
        "the client does not speak TLS");
  }

  private static void assertRefused(Command.Result docker, String heard, String logged) {
    assertThat(docker.exit()).as(docker.out()).isEqualTo(1);
    assertThat(docker.err()).contains(heard);
    Eventually.holds(
        RunningAgent.SOON,
        () ->
            assertThat(agent.log())
                .contains("connection of 127.0.0.1 on " + ADDRESS)
                .contains(logged));
  }
}
