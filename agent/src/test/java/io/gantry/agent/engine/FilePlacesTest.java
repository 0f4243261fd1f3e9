package io.gantry.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.gantry.agent.container.Directories;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.ContainerStatus;
import io.gantry.protocol.v1.Endpoint;
import io.gantry.protocol.v1.LogSpec;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FilePlacesTest {
  private static final String ID = "0123456789abcdef".repeat(4);
  private final FilePlaces places =
      new FilePlaces(new Directories(Path.of("/state"), Path.of("/run/g")));

  @Test
  void aContainerThatNeverRanHasNoFiles() {
    var created = Container.newBuilder().setId(ID).build();
    assertThat(places.shown(created)).isEqualTo(created);
  }

  @Test
  void oneThatRunsHasAllOfThem() {
    var shown = places.shown(running("bridge", "json-file")).getStatus();
    assertThat(shown.getLogPath()).isEqualTo("/state/containers/" + ID + "/container.log");
    assertThat(shown.getHostsPath()).isEqualTo("/state/containers/" + ID + "/hosts");
    assertThat(shown.getHostnamePath()).isEqualTo("/state/containers/" + ID + "/hostname");
    assertThat(shown.getResolvConfPath()).isEqualTo("/state/containers/" + ID + "/resolv.conf");
    assertThat(shown.getSandboxKey()).isEqualTo("/run/g/netns/" + ID);
  }

  @Test
  void theHostsNetworkIsNoNamespaceOfItsOwnAndNoLogHasNoPath() {
    var shown = places.shown(running("host", "none")).getStatus();
    assertThat(shown.getSandboxKey()).isEmpty();
    assertThat(shown.getLogPath()).isEmpty();
  }

  private static Container running(String network, String logDriver) {
    return Container.newBuilder()
        .setId(ID)
        .setSpec(ContainerSpec.newBuilder().setLog(LogSpec.newBuilder().setDriver(logDriver)))
        .setStatus(
            ContainerStatus.newBuilder()
                .setPid(4711)
                .setStartedAt(Timestamp.newBuilder().setSeconds(1))
                .putEndpoints(network, Endpoint.getDefaultInstance()))
        .build();
  }
}
