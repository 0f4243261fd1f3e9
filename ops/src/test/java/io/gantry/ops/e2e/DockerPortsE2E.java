package io.gantry.ops.e2e;

import static io.gantry.ops.e2e.Busybox.IMAGE;
import static io.gantry.ops.e2e.RunningAgent.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The default bridge, published ports and the other modes of {@code --network}. */
@Tag("host")
class DockerPortsE2E {
  @RegisterExtension static final RunningAgent AGENT = new RunningAgent();

  private static final String[] WEB = {"sh", "-c", "echo page > /p; exec httpd -f -p 80 -h /"};

  @Test
  void containersOfTheBridgeReachEachOtherAndTheHost() {
    var server = web();
    assertThat(AGENT.run(IMAGE, "wget", "-qO-", "http://" + address(server) + "/p"))
        .isEqualTo("page");
    assertThat(AGENT.onHost("curl", "-sS", "http://" + address(server) + "/p").succeeded())
        .isEqualTo("page\n");
    AGENT.remove(server);
  }

  @Test
  void aPublishedPortIsReachedFromTheHostAndFromOtherContainers() {
    var server = web("-p", "18100:80");
    Eventually.holds(SOON, () -> assertThat(fetched("127.0.0.1:18100")).isEqualTo("page\n"));
    var gateway = AGENT.inspect("{{.NetworkSettings.Gateway}}", server);
    assertThat(fetched(gateway + ":18100")).isEqualTo("page\n");
    assertThat(AGENT.run(IMAGE, "wget", "-qO-", "http://" + gateway + ":18100/p"))
        .isEqualTo("page");
    assertThat(AGENT.docker("exec", server, "wget", "-qO-", "http://" + gateway + ":18100/p"))
        .as("the container reaches itself the same way")
        .isEqualTo("page");
    assertThat(AGENT.docker("port", server)).startsWith("80/tcp -> 0.0.0.0:18100");
    AGENT.remove(server);
  }

  @Test
  void aPortMayBeBoundToOneAddressOfTheHost() {
    AGENT.onHost("ip", "addr", "add", "127.0.0.9/8", "dev", "lo").succeeded();
    var server = web("-p", "127.0.0.9:18101:80");
    Eventually.holds(SOON, () -> assertThat(fetched("127.0.0.9:18101")).isEqualTo("page\n"));
    assertThat(AGENT.onHost("curl", "-sS", "--max-time", "2", "http://127.0.0.1:18101/p").exit())
        .isNotZero();
    AGENT.remove(server);
  }

  @Test
  void rangesAndPortsOfTheImageArePublished() {
    var server = web("-p", "18110-18112:80-82", "--expose", "90", "-P");
    assertThat(AGENT.docker("port", server, "81/tcp")).startsWith("0.0.0.0:18111");
    assertThat(AGENT.docker("port", server, "90/tcp")).matches("(?s)0\\.0\\.0\\.0:\\d{5}.*");
    AGENT.remove(server);
  }

  @Test
  void aPortThatIsTakenIsRefusedAndTheContainerStaysCreated() {
    var server = web("-p", "18120:80");
    var second = AGENT.docker().run("run", "-d", "--name", "late", "-p", "18120:80", IMAGE, "true");
    assertThat(second.exit()).isEqualTo(125);
    assertThat(second.err()).contains("port is already allocated");
    assertThat(AGENT.inspect("{{.State.Status}}", "late")).isEqualTo("created");
    AGENT.remove("late");
    AGENT.remove(server);
  }

  /** The server is a process of the test in the container's network: busybox has none for UDP. */
  @Test
  void datagramsReachAPublishedUdpPortAndAreAnswered() throws IOException {
    var server = AGENT.detached("-p", "18130:53/udp", IMAGE, "sleep", "1000");
    var echo =
        """
        import socket
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("", 53))
        while True: data, peer = s.recvfrom(99); s.sendto(b"got-" + data, peer)\
        """;
    var ask =
        """
        import socket, sys
        family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
        s = socket.socket(family, socket.SOCK_DGRAM); s.settimeout(0.5)
        s.sendto(b"hello", (sys.argv[1], 18130)); print(s.recv(99).decode())\
        """;
    var pid = AGENT.inspect("{{.State.Pid}}", server);
    var answering =
        new ProcessBuilder("nsenter", "-t", pid, "-n", "python3", "-c", echo).inheritIO().start();
    try {
      for (var host : List.of("127.0.0.1", "::1")) {
        Eventually.holds(
            SOON,
            () ->
                assertThat(AGENT.onHost("python3", "-c", ask, host).succeeded())
                    .isEqualTo("got-hello\n"));
      }
    } finally {
      answering.destroyForcibly();
    }
    AGENT.remove(server);
  }

  @Test
  void noNetworkMeansLoopbackAlone() {
    assertThat(AGENT.run("--network", "none", IMAGE, "ls", "/sys/class/net")).isEqualTo("lo");
  }

  @Test
  void theHostsNetworkIsTheHosts() {
    var bridge = AGENT.onHost("sh", "-c", "ls /sys/class/net | wc -l").succeeded().strip();
    assertThat(Integer.parseInt(bridge)).isPositive();
    assertThat(AGENT.run("--network", "host", IMAGE, "readlink", "/proc/self/ns/net"))
        .isEqualTo(AGENT.onHost("readlink", "/proc/self/ns/net").succeeded().strip());
  }

  @Test
  void aContainerJoinsTheNetworkOfAnother() {
    var server = web("--hostname", "first");
    assertThat(
            AGENT.run(
                "--network",
                "container:" + server,
                IMAGE,
                "sh",
                "-c",
                "wget -qO- http://127.0.0.1/p; hostname; cat /etc/hostname"))
        .isEqualTo("page\nfirst\nfirst");
    AGENT.remove(server);
  }

  @Test
  void aNetworkThatIsNotThereIsMissedAtTheStart() {
    var result =
        AGENT.docker().run("run", "-d", "--name", "stray", "--network", "nosuch", IMAGE, "true");
    assertThat(result.exit()).isEqualTo(125);
    assertThat(result.err()).contains("network nosuch not found").doesNotContain("Unable to find");
    assertThat(AGENT.inspect("{{.State.Status}}", "stray")).isEqualTo("created");
    AGENT.remove("stray");
  }

  @Test
  void whatIsPublishedAnswersAgainAfterAStopAndAStart() {
    var server = web("-p", "18140:80");
    AGENT.docker("stop", "-t", "0", server);
    assertThat(AGENT.onHost("curl", "-sS", "--max-time", "2", "http://127.0.0.1:18140/p").exit())
        .isNotZero();
    AGENT.docker("start", server);
    Eventually.holds(SOON, () -> assertThat(fetched("127.0.0.1:18140")).isEqualTo("page\n"));
    AGENT.remove(server);
  }

  private static String web(String... options) {
    var words = new ArrayList<>(List.of(options));
    words.add(IMAGE);
    words.addAll(List.of(WEB));
    var id = AGENT.detached(words.toArray(String[]::new));
    Eventually.holds(SOON, () -> assertThat(fetched(address(id))).isEqualTo("page\n"));
    return id;
  }

  private static String address(String container) {
    return AGENT.inspect("{{.NetworkSettings.IPAddress}}", container);
  }

  private static String fetched(String address) {
    return AGENT.onHost("curl", "-sS", "--max-time", "5", "http://" + address + "/p").succeeded();
  }
}
