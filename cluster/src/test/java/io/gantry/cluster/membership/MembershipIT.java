package io.gantry.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.LoggingTestKit;
import com.typesafe.config.ConfigFactory;
import io.gantry.agent.Caller;
import io.gantry.agent.Outcome;
import io.gantry.agent.Secret;
import io.gantry.persistence.event.HostEvent;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.ClusterHost;
import io.gantry.protocol.v1.ClusterPhase;
import io.gantry.protocol.v1.ClusterView;
import io.gantry.protocol.v1.HostPresence;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several hosts in one process, each with its own door, certificates and node, on loopback. */
@Timeout(120)
class MembershipIT {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Duration LONG = Duration.ofDays(90);

  @TempDir private Path directory;
  private final List<HostInProcess> hosts = new ArrayList<>();

  @AfterEach
  void close() {
    hosts.forEach(HostInProcess::close);
  }

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  private HostInProcess host(String name, Duration lifetime) {
    var host = HostInProcess.start(KIT.system(), directory.resolve(name), name, lifetime);
    hosts.add(host);
    return host;
  }

  private static <T> T done(Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Done<T>(var value) -> value;
      case Outcome.Unchanged<T>(var value) -> value;
      case Outcome.Refused<T>(var kind, var message) -> throw new AssertionError(kind + message);
    };
  }

  private HostInProcess founded(Duration lifetime) {
    var first = host("h1", lifetime);
    done(first.await(first.membership().init(Caller.ENGINE, Optional.of(first.address()))));
    return first;
  }

  private static Secret token(HostInProcess host) {
    return done(host.await(host.membership().token(Caller.ENGINE, false)));
  }

  private static Outcome<ClusterView> join(HostInProcess host, HostInProcess to, Secret token) {
    return joinAt(host, to.address(), token);
  }

  private static List<String> up(HostInProcess host) {
    return host.membership().view().getHostsList().stream()
        .filter(one -> one.getPresence() == HostPresence.HOST_PRESENCE_UP)
        .map(ClusterHost::getName)
        .toList();
  }

  @Test
  void hostsJoinThroughAnyHostAndAgreeOnWhoIsDrained() {
    var first = founded(LONG);
    var second = host("h2", LONG);
    done(join(second, first, token(first)));
    var third = host("h3", LONG);
    done(join(third, second, token(second)));
    first.eventually(() -> assertThat(up(first)).containsExactly("h1", "h2", "h3"));

    done(third.await(third.membership().drain(Caller.ENGINE, "h2", true)));
    first.eventually(
        () ->
            assertThat(first.membership().view().getHostsList())
                .filteredOn(ClusterHost::getDrained)
                .extracting(ClusterHost::getName)
                .containsExactly("h2"));
    assertThat(first.membership().view().getHosts(0).getSummary().getCpus()).isEqualTo(2);

    done(second.await(second.membership().leave(Caller.ENGINE)));
    assertThat(second.membership().view().getPhase()).isEqualTo(ClusterPhase.CLUSTER_PHASE_ALONE);
    third.eventually(() -> assertThat(up(third)).containsExactly("h1", "h3"));
    third.eventually(() -> assertThat(third.membership().view().getHostsCount()).isEqualTo(2));
  }

  @Test
  void aRestartedHostFindsItsClusterAndSoDoAllOfThem() {
    var first = founded(LONG);
    var second = host("h2", LONG);
    done(join(second, first, token(first)));
    second.restart();
    first.eventually(() -> assertThat(up(first)).containsExactly("h1", "h2"));
    second.eventually(() -> assertThat(up(second)).containsExactly("h1", "h2"));

    first.close();
    second.close();
    second.restart();
    assertThat(second.membership().view().getPhase())
        .isIn(ClusterPhase.CLUSTER_PHASE_ASSEMBLING, ClusterPhase.CLUSTER_PHASE_ALONE);
    first.restart();
    first.eventually(() -> assertThat(up(first)).containsExactly("h1", "h2"));
    second.eventually(() -> assertThat(up(second)).containsExactly("h1", "h2"));
  }

  @ParameterizedTest(name = "the port behind: {0}")
  @ValueSource(booleans = {false, true})
  void aHostWhoseEarlierAgentHasThePortYetComesBackWhenItIsFree(boolean behind) throws IOException {
    var first = founded(LONG);
    var second = host("h2", LONG);
    done(join(second, first, token(first)));
    first.stop();
    try (var _ = first.occupy(behind)) {
      LoggingTestKit.warn("it goes on trying")
          .withLoggerName(LocalMembership.class.getName())
          .withOccurrences(1)
          .expect(
              KIT.system(),
              () -> {
                first.restart();
                return true;
              });
      assertThat(up(first)).isEmpty();
    }
    first.eventually(() -> assertThat(up(first)).containsExactly("h1", "h2"));
    second.eventually(() -> assertThat(up(second)).containsExactly("h1", "h2"));
  }

  @Test
  void aHostFindsOneToJoinThroughByDiscovery() {
    var first = founded(LONG);
    var port = first.address().replaceFirst(".*:", "");
    // At the first of them nobody listens.
    var known =
        "akka.discovery.config.services.web.endpoints = [{host = 127.0.0.1, port = 1},"
            + " {host = 127.0.0.1, port = %s}]".formatted(port);
    var kit = ActorTestKit.create(ConfigFactory.parseString(known));
    try (var second =
        HostInProcess.start(kit.system(), directory.resolve("h2"), "h2", Duration.ofDays(1))) {
      assertThat(joinAt(second, "discovery://nobody", token(first)))
          .isEqualTo(
              Outcome.refused(
                  ErrorKind.UNAVAILABLE,
                  "cannot find a host under the name nobody by config: there is none"));
      done(joinAt(second, "discovery://web", token(first)));
      first.eventually(() -> assertThat(up(first)).containsExactly("h1", "h2"));
    } finally {
      kit.shutdownTestKit();
    }
  }

  private static Outcome<ClusterView> joinAt(HostInProcess host, String remote, Secret token) {
    return host.await(
        host.membership().join(Caller.ENGINE, remote, token, Optional.of(host.address())));
  }

  @Test
  void strangersAreRefusedAndTheRecordSaysSo() {
    var first = founded(LONG);
    var old = token(first);
    var stranger = host("h2", LONG);
    var rotated = done(first.await(first.membership().token(Caller.ENGINE, true)));
    assertThat(rotated).isNotEqualTo(old);
    first.eventually(() -> assertThat(token(first)).isEqualTo(rotated));

    assertThat(join(stranger, first, old))
        .isEqualTo(
            Outcome.refused(
                ErrorKind.UNAUTHENTICATED,
                first.address() + " does not let this host in: the token is not the cluster's"));
    first.eventually(
        () ->
            assertThat(first.noted())
                .filteredOn(HostEvent.StrangerRefused.class::isInstance)
                .extracting(event -> ((HostEvent.StrangerRefused) event).reason())
                .containsExactly("it showed a wrong token"));

    var others = host("h3", LONG);
    done(others.await(others.membership().init(Caller.ENGINE, Optional.of(others.address()))));
    assertThat(join(stranger, first, token(others)))
        .isEqualTo(
            Outcome.refused(
                ErrorKind.UNAUTHENTICATED,
                first.address() + " does not belong to the cluster of this token"));
    assertThat(stranger.membership().view().getPhase()).isEqualTo(ClusterPhase.CLUSTER_PHASE_ALONE);
  }

  @Test
  void certificatesAreRenewedWhileTheHostsGoOn() {
    var shortly = Duration.ofSeconds(6);
    var first = founded(shortly);
    var second = host("h2", shortly);
    done(join(second, first, token(first)));
    var before = second.membership().view().getCertificateExpires();
    second.eventually(
        () ->
            assertThat(second.membership().view().getCertificateExpires().getSeconds())
                .isGreaterThan(before.getSeconds() + shortly.toSeconds()));
    assertThat(second.noted()).anyMatch(HostEvent.CertificateRenewed.class::isInstance);

    // The first certificates have ended: who joins now meets renewed ones.
    var third = host("h3", shortly);
    done(join(third, second, token(second)));
    first.eventually(() -> assertThat(up(first)).containsExactly("h1", "h2", "h3"));
  }

  @Test
  void aHostWithoutAClusterSaysSoAndHasNothingOpen() {
    var alone = host("h1", LONG);
    assertThat(alone.await(alone.membership().token(Caller.ENGINE, false)))
        .isEqualTo(Outcome.refused(ErrorKind.CONFLICT, "this host belongs to no cluster"));
    assertThat(alone.answers()).isFalse();
    assertThat(directory.resolve("h1").resolve("cluster")).doesNotExist();
  }
}
