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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The network part of a start on the real kernel, in a network namespace of the test's own. */
@Tag("host")
@Timeout(300)
class ConnectorIT {
  private static final int MANY = Integer.getInteger("gantry.containers", 200);
  private static final int SAMPLE = 20;

  @TempDir Path directory;
  private final List<Container> connected = new ArrayList<>();
  private Descriptor host;
  private NetlinkLinks links;
  private NftablesFirewall firewall;
  private NetworkRoom room;

  @BeforeEach
  void build() throws IOException {
    host = NetworkNamespaces.create(() -> true).namespace();
    links = new NetlinkLinks("gtroom", directory.resolve("netns"), 0, 4);
    firewall = new NftablesFirewall("gt_room");
    room =
        NetworkNamespaces.in(
            host, () -> new NetworkRoom(directory, links, firewall, new NamespaceSockets()));
  }

  @AfterEach
  void tearDown() throws IOException {
    NetworkNamespaces.in(
        host,
        () -> {
          for (var container : connected) {
            room.connector.disconnect(new ContainerId(container.getId()), container);
          }
          return true;
        });
    room.close();
    links.close();
    firewall.close();
    host.close();
  }

  /** On a quiet machine the median is a few milliseconds; here others may be at work. */
  @Test
  void aStartAmongManyCostsAboutWhatTheFirstOnesDid() throws IOException {
    var millis =
        NetworkNamespaces.in(
            host,
            () -> {
              var times = new ArrayList<Double>();
              for (var count = 0; count < MANY; count++) {
                times.add(connectOne(count));
              }
              return times;
            });
    var first = median(millis.subList(SAMPLE, 2 * SAMPLE));
    var last = median(millis.subList(MANY - SAMPLE, MANY));
    System.out.printf(
        "network part of a start: %.2f ms at %d containers, %.2f ms at %d%n",
        first, SAMPLE, last, MANY);
    assertThat(last).isLessThan(Math.max(3 * first, 50));
  }

  private double connectOne(int number) throws IOException {
    var id = ContainerId.random();
    var container = NetworkRoom.container(id, "c" + number, 20_000 + number, "front");
    var begin = System.nanoTime();
    room.connector.connect(id, container);
    var millis = (System.nanoTime() - begin) / 1e6;
    connected.add(container);
    return millis;
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }
}
