package io.gantry.agent.host.links;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.Stats;
import io.gantry.agent.host.netlink.Answer;
import io.gantry.agent.host.netlink.Requests;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class AnswerTest {
  @Test
  void deviceIsReadFromItsMessage() {
    var counters = new byte[64];
    var numbers = ByteBuffer.wrap(counters).order(ByteOrder.nativeOrder());
    for (var i = 0; i < 8; i++) {
      numbers.putLong(i + 1);
    }
    var message =
        new Requests()
            .begin("device", Wire.RTM_NEWLINK, 0)
            .link(7, 0x41, 0)
            .put(Wire.IFLA_IFNAME, "eth0")
            .put(Wire.IFLA_IFALIAS, "whose")
            .put(5, 9)
            .put(Wire.IFLA_MASTER, 3)
            .nest(Wire.IFLA_LINKINFO)
            .put(Wire.INFO_KIND, "veth")
            .endNest()
            .put(23, counters);
    assertThat(Answer.parse(message.bytes()))
        .extracting(Device::of)
        .containsExactly(
            new Device(
                7,
                "eth0",
                "veth",
                "whose",
                9,
                3,
                true,
                true,
                new Stats.Interface(3, 1, 5, 7, 4, 2, 6, 8)));
  }

  @Test
  void requestsOfOnePacketAreNumbered() {
    var requests =
        new Requests()
            .begin("first", Wire.RTM_GETLINK, 0)
            .link(0, 0, 0)
            .put(Wire.IFLA_IFNAME, "x")
            .begin("second", Wire.RTM_GETLINK, 0)
            .link(0, 0, 0);
    assertThat(Answer.parse(requests.bytes())).extracting(Answer::sequence).containsExactly(0, 1);
    assertThat(requests.name(1)).isEqualTo("second");
  }

  @Property
  void anyBytesAreRead(@ForAll @Size(max = 300) byte[] packet) {
    for (var answer : Answer.parse(packet)) {
      Device.of(answer);
    }
  }

  @Property
  void aDamagedMessageIsRead(@ForAll @IntRange(max = 99) int at, @ForAll byte damage) {
    var bytes =
        new Requests()
            .begin("device", Wire.RTM_NEWLINK, 0)
            .link(7, 1, 0)
            .put(Wire.IFLA_IFNAME, "eth0")
            .nest(Wire.IFLA_LINKINFO)
            .put(Wire.INFO_KIND, "veth")
            .nest(Wire.INFO_DATA)
            .put(1, HexFormat.of().parseHex("00112233"))
            .endNest()
            .endNest()
            .bytes();
    bytes[at % bytes.length] = damage;
    for (var answer : Answer.parse(bytes)) {
      Device.of(answer);
    }
  }
}
