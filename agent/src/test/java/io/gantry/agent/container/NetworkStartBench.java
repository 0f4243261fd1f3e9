package io.gantry.agent.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.firewall.NftablesFirewall;
import io.gantry.agent.host.kernel.Descriptor;
import io.gantry.agent.host.kernel.NetworkNamespaces;
import io.gantry.agent.host.links.NetlinkLinks;
import io.gantry.agent.host.names.NamespaceSockets;
import io.gantry.protocol.v1.Container;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The network part of a start: a namespace, a cable with addresses and routes to a user network's
 * bridge, one published port, a name server. As in life a runtime's work is between two starts.
 * Between them also runs the shortest sequence of the program {@code ip} that does as much as the
 * cable, which tells what the machine was worth at that moment. Not a test; {@code ./dev bench
 * network} runs it, as root.
 */
@Timeout(600)
final class NetworkStartBench {
  private static final int MANY = Integer.getInteger("gantry.containers", 500);
  private static final int SAMPLE = 30;
  private static final long PAUSE_NANOS = 25_000_000;
  private static final String REFERENCE =
      "set -e; ip netns add gtbref; ip link add gtbref0 type veth peer name eth0 netns gtbref;"
          + " ip -n gtbref addr add 10.99.99.2/24 dev eth0; ip -n gtbref link set eth0 up";

  @TempDir Path directory;
  private final List<Container> connected = new ArrayList<>();
  private Descriptor host;
  private NetlinkLinks links;
  private NftablesFirewall firewall;
  private NetworkRoom room;

  @BeforeEach
  void build() throws IOException {
    host = NetworkNamespaces.create(() -> true).namespace();
    links = new NetlinkLinks("gtbnet", directory.resolve("netns"), 0, 4);
    firewall = new NftablesFirewall("gt_bnet");
    room =
        NetworkNamespaces.in(
            host, () -> new NetworkRoom(directory, links, firewall, new NamespaceSockets()));
  }

  @AfterEach
  void tearDown() throws IOException {
    NetworkNamespaces.in(host, this::disconnectAll);
    room.close();
    links.close();
    firewall.close();
    host.close();
  }

  private boolean disconnectAll() throws IOException {
    for (var container : connected) {
      room.connector.disconnect(new ContainerId(container.getId()), container);
    }
    return true;
  }

  @Test
  void starts() throws IOException {
    NetworkNamespaces.in(
        host,
        () -> {
          measure(1);
          while (connected.size() < MANY) {
            connectOne();
          }
          measure(MANY);
          return true;
        });
  }

  private void measure(int existing) throws IOException {
    while (connected.size() < existing) {
      connectOne();
    }
    var ours = new ArrayList<Double>();
    var reference = new ArrayList<Double>();
    for (var count = 0; count < SAMPLE; count++) {
      LockSupport.parkNanos(PAUSE_NANOS);
      ours.add(connectOne());
      var last = connected.removeLast();
      room.connector.disconnect(new ContainerId(last.getId()), last);
      LockSupport.parkNanos(PAUSE_NANOS);
      reference.add(referenceOnce());
    }
    System.out.printf(
        "| network part of a start at %d existing | %.1f ms (%.1f–%.1f); by the program ip, the"
            + " cable alone: %.1f ms |%n",
        existing, at(ours, 0.5), at(ours, 0), at(ours, 0.95), at(reference, 0.5));
  }

  private double connectOne() throws IOException {
    var number = connected.size();
    var id = ContainerId.random();
    var container = NetworkRoom.container(id, "c" + number, 20_000 + number, "front");
    var begin = System.nanoTime();
    room.connector.connect(id, container);
    var millis = millisSince(begin);
    connected.add(container);
    return millis;
  }

  private static double referenceOnce() throws IOException {
    var begin = System.nanoTime();
    shell(REFERENCE);
    var millis = millisSince(begin);
    shell("ip netns del gtbref");
    return millis;
  }

  private static void shell(String script) throws IOException {
    var process = new ProcessBuilder("/bin/sh", "-c", script).inheritIO().start();
    assertThat(process.onExit().join().exitValue()).isZero();
  }

  private static double millisSince(long begin) {
    return (System.nanoTime() - begin) / 1e6;
  }

  private static double at(List<Double> values, double share) {
    return values.stream()
        .sorted()
        .skip((long) (share * (values.size() - 1)))
        .findFirst()
        .orElseThrow();
  }
}
