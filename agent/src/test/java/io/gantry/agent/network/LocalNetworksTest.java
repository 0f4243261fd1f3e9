package io.gantry.agent.network;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import com.typesafe.config.ConfigFactory;
import io.gantry.agent.Caller;
import io.gantry.agent.Outcome;
import io.gantry.agent.host.Firewall;
import io.gantry.agent.host.Links;
import io.gantry.agent.host.fake.InMemoryFirewall;
import io.gantry.agent.host.fake.InMemoryLinks;
import io.gantry.protocol.v1.IpamPool;
import io.gantry.protocol.v1.Network;
import io.gantry.protocol.v1.NetworkSpec;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LocalNetworksTest {
  private static final int AT_ONCE = 12;
  private final InMemoryLinks links = new InMemoryLinks();
  private final InMemoryFirewall firewall = new InMemoryFirewall();
  private ActorTestKit actors;
  private LocalNetworks networks;

  @BeforeEach
  void open() {
    actors =
        ActorTestKit.create(
            PersistenceTestKitPlugin.config()
                .withFallback(
                    ConfigFactory.parseString("akka.persistence.testkit.events.serialize = off"))
                .withFallback(ConfigFactory.load()));
    var table = new NetworkTable("gtn", List.of());
    networks =
        new LocalNetworks(
            table,
            actors.spawn(NetworksActor.create(List.of(), table::publish)),
            actors.scheduler(),
            links,
            firewall,
            InstantSource.system(),
            Thread::startVirtualThread,
            List::of);
  }

  @AfterEach
  void close() {
    actors.shutdownTestKit();
  }

  @Test
  void networksMadeAtOnceGetSubnetsOfTheirOwn() {
    var made =
        IntStream.range(0, AT_ONCE)
            .mapToObj(number -> create(NetworkSpec.newBuilder().setName("n" + number)))
            .toList();
    assertThat(made)
        .extracting(CompletableFuture::join)
        .allSatisfy(outcome -> assertThat(outcome).isInstanceOf(Outcome.Done.class));
    assertThat(networks.list())
        .flatExtracting(network -> network.getSpec().getPoolsList())
        .extracting(IpamPool::getSubnet)
        .hasSize(AT_ONCE)
        .doesNotHaveDuplicates();
  }

  @Test
  void ofTwoThatWantOneNameAtOnceOneGetsIt() {
    var first = create(NetworkSpec.newBuilder().setName("shop"));
    var second = create(NetworkSpec.newBuilder().setName("shop"));
    assertThat(List.of(first.join(), second.join()))
        .filteredOn(Outcome.Refused.class::isInstance)
        .hasSize(1);
    assertThat(networks.list()).hasSize(1);
  }

  @Test
  void aNameIsFreeAgainOnceItsPlanWasRefused() {
    var wrong = NetworkSpec.newBuilder().setName("shop").setDriver("nope");
    assertThat(create(wrong).join()).isInstanceOf(Outcome.Refused.class);
    assertThat(create(NetworkSpec.newBuilder().setName("shop")).join())
        .isInstanceOf(Outcome.Done.class);
  }

  @Test
  void whatARemovalDidNotGetToIsFinishedByTheNextAgent() throws Exception {
    create(NetworkSpec.newBuilder().setName("shop")).join();
    var kept = networks.list().iterator().next().getBridge();
    var rules = new Firewall.Rules(List.of(), false, true, true);
    for (var bridge : List.of("gtn-0a1b2c", "called-by-user")) {
      links.ensureBridge(new Links.Bridge(bridge, List.of(), 0));
      firewall.ensureNetwork(bridge, rules);
    }
    links.ensureBridge(new Links.Bridge("gtn-ffffff", List.of(), 0));
    links.ensureBridge(new Links.Bridge("gtn-of-others", List.of(), 0));

    networks.repair();

    assertThat(links.bridges()).containsExactlyInAnyOrder(kept, "gtn-of-others");
    assertThat(firewall.networks()).containsExactly(kept);
  }

  private CompletableFuture<Outcome<Network>> create(NetworkSpec.Builder spec) {
    return networks.create(Caller.ENGINE, spec.build()).toCompletableFuture();
  }
}
