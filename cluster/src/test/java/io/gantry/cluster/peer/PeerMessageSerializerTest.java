package io.gantry.cluster.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.gantry.protocol.v1.ClusterFact;
import io.gantry.protocol.v1.ContainerPlace;
import io.gantry.protocol.v1.HostSummary;
import io.gantry.protocol.v1.JoinSecret;
import io.gantry.protocol.v1.PeerMessage;
import io.gantry.protocol.v1.RosterEntry;
import java.io.NotSerializableException;
import java.util.HexFormat;
import java.util.Map;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The bytes here are what release 0.1.0 sends. They are never changed, only added to. */
class PeerMessageSerializerTest {
  private static final Map<String, PeerMessage> GOLDEN =
      Map.of(
          "0801121b0a190a0431613262120268311a0d31302e302e302e313a34323830",
          message()
              .setFact(
                  ClusterFact.newBuilder()
                      .setHost(
                          RosterEntry.newBuilder()
                              .setId("1a2b")
                              .setName("h1")
                              .setAddress("10.0.0.1:4280")))
              .build(),
          "0801120a12080a06733363726574",
          message()
              .setFact(
                  ClusterFact.newBuilder().setToken(JoinSecret.newBuilder().setSecret("s3cret")))
              .build(),
          "08011a130a05302e312e30100218808080800420032801",
          message()
              .setSummary(
                  HostSummary.newBuilder()
                      .setGantryVersion("0.1.0")
                      .setCpus(2)
                      .setMemoryBytes(1 << 30)
                      .setContainers(3)
                      .setContainersRunning(1))
              .build(),
          "080122050a03776562",
          message().setPlace(ContainerPlace.newBuilder().setName("web")).build());

  private final PeerMessageSerializer serializer = new PeerMessageSerializer();

  private static PeerMessage.Builder message() {
    return PeerMessage.newBuilder().setProtocol(1);
  }

  @Example
  void bytesOfTheFirstReleaseAreReadForEverAndWrittenTheSame() throws NotSerializableException {
    assertThat(serializer.identifier()).isEqualTo(428_001);
    for (var golden : GOLDEN.entrySet()) {
      var bytes = HexFormat.of().parseHex(golden.getKey());
      assertThat(serializer.fromBinary(bytes, "p")).isEqualTo(golden.getValue());
      assertThat(serializer.toBinary(golden.getValue())).isEqualTo(bytes);
      assertThat(serializer.manifest(golden.getValue())).isEqualTo("p");
    }
  }

  @Example
  void whatANewerReleaseAddsIsPassedOver() throws NotSerializableException {
    var newer = HexFormat.of().parseHex("080222050a03776562" + "7a020801"); // field 15
    var read = (PeerMessage) serializer.fromBinary(newer, "p");
    assertThat(read.getPlace().getName()).isEqualTo("web");
    assertThat(read.getProtocol()).isEqualTo(2);
  }

  @Example
  void messagesWithoutAProtocolAndOfOtherKindsAreRefused() {
    assertThatThrownBy(() -> serializer.fromBinary(HexFormat.of().parseHex("22050a03776562"), "p"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("protocol 0, older than 1");
    assertThatThrownBy(() -> serializer.fromBinary(new byte[0], "q"))
        .isInstanceOf(NotSerializableException.class)
        .hasMessageContaining("manifest \"q\"");
  }

  @Property
  void anyOtherBytesAreReadOrRefused(@ForAll byte[] bytes) {
    var failure = catchThrowable(() -> serializer.fromBinary(bytes, "p"));
    assertThat(failure == null || failure instanceof NotSerializableException).isTrue();
  }
}
