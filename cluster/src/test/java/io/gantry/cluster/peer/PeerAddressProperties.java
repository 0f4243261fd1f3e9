package io.gantry.cluster.peer;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class PeerAddressProperties {
  @Property
  void whatIsWrittenIsRead(@ForAll @IntRange(min = 1, max = 65534) int port) {
    for (var host : new String[] {"10.0.0.1", "host-1.example", "fd00::1"}) {
      var address = new PeerAddress(host, port);
      assertThat(PeerAddress.parse(address.toString(), 1)).contains(address);
    }
  }

  @Property
  void anyTextIsAnAddressOrNone(@ForAll String text) {
    PeerAddress.parse(text, 4280)
        .ifPresent(address -> assertThat(address.port()).isBetween(1, 65534));
  }

  @Example
  void aPortMayBeLeftOutAndLeavesRoomForTheOneBehindIt() {
    assertThat(PeerAddress.parse("h1", 4280)).contains(new PeerAddress("h1", 4280));
    assertThat(PeerAddress.parse("h1:65535", 4280)).isEmpty();
    assertThat(PeerAddress.parse("h1:0", 4280)).isEmpty();
    assertThat(PeerAddress.parse("unix:///x", 4280)).isEmpty();
  }
}
