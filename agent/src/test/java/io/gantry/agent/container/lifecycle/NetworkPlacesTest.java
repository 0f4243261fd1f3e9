package io.gantry.agent.container.lifecycle;

import static io.gantry.agent.container.lifecycle.Samples.NOON;
import static io.gantry.agent.container.lifecycle.Samples.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.container.lifecycle.Decision.Accepted;
import io.gantry.agent.container.lifecycle.Decision.Refused;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Endpoint;
import io.gantry.protocol.v1.EndpointSpec;
import org.junit.jupiter.api.Test;

class NetworkPlacesTest {
  private static final EndpointSpec SPEC = EndpointSpec.newBuilder().addAliases("db").build();
  private static final Request CONNECT = new Request.Connect("net", "n1", SPEC, NOON);

  @Test
  void aCreatedContainerHasItsPlaceOnlyWrittenDown() {
    var created = Samples.created(spec());
    var after = Samples.after(created, CONNECT);
    assertThat(((Accepted) Lifecycle.decide(created, CONNECT)).steps()).isEmpty();
    assertThat(places(after).get("net").getSpec()).isEqualTo(SPEC);
    assertThat(places(after).get("net").getIpAddress()).isEmpty();
    var left = Samples.after(after, new Request.Disconnect("net", "n1", NOON));
    assertThat(places(left)).doesNotContainKey("net");
  }

  @Test
  void aRunningContainerGetsADeviceFirst() {
    var running = Samples.running(spec());
    assertThat(Lifecycle.decide(running, CONNECT))
        .isEqualTo(Accepted.NOTHING.then(new Step.Connect("net", "n1", SPEC)));
    var endpoint = Endpoint.newBuilder().setSpec(SPEC).setIpAddress("10.0.0.2").build();
    var after = Samples.after(running, new Report.Connected("net", "n1", endpoint, NOON));
    assertThat(places(after).get("net")).isEqualTo(endpoint);
    var exited = Samples.after(after, Samples.exit(1, 0, NOON));
    assertThat(places(exited).get("net").getSpec()).isEqualTo(SPEC);
    assertThat(places(exited).get("net").getIpAddress()).isEmpty();
  }

  @Test
  void nobodyIsOnANetworkTwice() {
    var endpoint = Endpoint.newBuilder().setSpec(SPEC).build();
    var after =
        Samples.after(Samples.running(spec()), new Report.Connected("net", "n1", endpoint, NOON));
    var name = ((State.Present) after).facts().name();
    assertThat(Lifecycle.decide(after, CONNECT))
        .isEqualTo(
            new Refused(
                ErrorKind.FORBIDDEN,
                "endpoint with name %s already exists in network net".formatted(name)));
  }

  @Test
  void whoDoesNotRunMayWishForAnotherPlaceOnTheSameNetwork() {
    var after = Samples.after(Samples.created(spec()), CONNECT);
    var other = EndpointSpec.newBuilder().addAliases("other").build();
    var again = Samples.after(after, new Request.Connect("net", "n1", other, NOON));
    assertThat(places(again).get("net").getSpec()).isEqualTo(other);
  }

  @Test
  void nobodyLeavesWhereHeIsNot() {
    assertThat(Lifecycle.decide(Samples.created(spec()), new Request.Disconnect("net", "n1", NOON)))
        .isEqualTo(
            new Refused(
                ErrorKind.FORBIDDEN,
                "container %s is not connected to the network net".formatted(Samples.ID)));
  }

  @Test
  void aNewNameIsOneOfItsNamesOnItsNetworks() {
    var running = Samples.running(spec());
    var name = ((State.Present) running).facts().name();
    var endpoint = Endpoint.newBuilder().setSpec(SPEC).addDnsNames(name).addDnsNames("db").build();
    var connected = Samples.after(running, new Report.Connected("net", "n1", endpoint, NOON));
    var renamed = Samples.after(connected, new Request.Rename("other", NOON));
    assertThat(places(renamed).get("net").getDnsNamesList()).containsExactly("other", "db");
  }

  private static java.util.Map<String, Endpoint> places(State state) {
    return ((State.Present) state).view().getStatus().getEndpointsMap();
  }
}
