package io.gantry.cluster.membership;

import akka.Done;
import akka.actor.typed.ActorSystem;
import io.gantry.agent.Membership;
import io.gantry.agent.Outcome;
import io.gantry.agent.Services;
import io.gantry.agent.fake.InMemoryEngine;
import io.gantry.cluster.engine.AllHosts;
import io.gantry.cluster.engine.Hosts;
import io.gantry.cluster.services.LocalServices;
import io.gantry.persistence.event.HostEvent;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.HostSummary;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** The membership of a host without the host: an engine in memory, a record that is a list. */
public final class HostInProcess implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(40);

  private final ActorSystem<?> system;
  private final Path state;
  private final String name;
  private final Duration lifetime;
  private final int port;
  private final ConcurrentLinkedQueue<HostEvent> noted = new ConcurrentLinkedQueue<>();
  private final InMemoryEngine engine;
  private LocalMembership membership;
  private LocalServices services;

  private HostInProcess(
      ActorSystem<?> system, Path state, String name, Duration lifetime, int port) {
    this.system = system;
    this.state = state;
    this.name = name;
    this.lifetime = lifetime;
    this.port = port;
    this.engine = new InMemoryEngine(system);
    this.membership = begun();
    this.services = serving();
  }

  public static HostInProcess start(
      ActorSystem<?> system, Path state, String name, Duration lifetime) {
    return new HostInProcess(system, state, name, lifetime, twoFreePorts());
  }

  private LocalMembership begun() {
    var settings =
        new ClusterSettings(
            port,
            lifetime,
            Duration.ofMillis(300),
            Duration.ofMillis(700),
            Duration.ofSeconds(3),
            "config");
    var begun =
        new LocalMembership(
            new Surroundings(
                system,
                "id-of-" + name,
                name,
                noted::add,
                () -> HostSummary.newBuilder().setCpus(2).build(),
                this::names,
                () -> services,
                state,
                settings,
                InstantSource.system(),
                new SecureRandom()));
    begun.start(engine);
    return begun;
  }

  private LocalServices serving() {
    var serving =
        new LocalServices(
            system,
            membership.formation(),
            (event, _) -> {
              noted.add(event);
              return CompletableFuture.completedStage(Outcome.done(Done.getInstance()));
            },
            InstantSource.system(),
            new SecureRandom());
    serving.start(engine, new AllHosts(system, engine, membership));
    return serving;
  }

  public Services services() {
    return services;
  }

  private Map<String, String> names() {
    return engine.containers().list().stream()
        .collect(Collectors.toMap(Container::getId, Container::getName));
  }

  /** Lives on when the agent restarts, as a host does. */
  public InMemoryEngine engine() {
    return engine;
  }

  /** What the cluster is to this host. It ends with the agent. */
  public Hosts hosts() {
    return membership;
  }

  /** As the record tells the agent. */
  public void containersChanged() {
    membership.containersChanged();
  }

  /** Its agent ends and is not there for a while. */
  public void stop() {
    services.close();
    membership.close();
  }

  /** Two, one behind the other, that nobody has at this moment. */
  private static int twoFreePorts() {
    for (var tries = 0; tries < 100; tries++) {
      try (var first = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
          var _ = new ServerSocket(first.getLocalPort() + 1, 1, InetAddress.getLoopbackAddress())) {
        return first.getLocalPort();
      } catch (IOException | IllegalArgumentException _) {
        // The second is taken: another pair.
      }
    }
    throw new AssertionError("no two free ports");
  }

  public Membership membership() {
    return membership;
  }

  public String address() {
    return "127.0.0.1:" + port;
  }

  public List<HostEvent> noted() {
    return List.copyOf(noted);
  }

  /** Whether anybody listens where the other hosts would call. */
  boolean answers() {
    try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  /** Takes the port behind its address, or that one itself, as an agent that has not ended does. */
  ServerSocket occupy(boolean behind) {
    var taken = new AtomicReference<ServerSocket>();
    // What listened there before ends a moment after it was told to.
    eventually(
        () ->
            taken.set(
                new ServerSocket(behind ? port + 1 : port, 1, InetAddress.getLoopbackAddress())));
    return taken.get();
  }

  /** Its agent ends, unless it did, and begins again. */
  public void restart() {
    services.close();
    membership.close();
    membership = begun();
    services = serving();
  }

  public <T> Outcome<T> await(CompletionStage<Outcome<T>> answer) {
    return answer.toCompletableFuture().orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join();
  }

  public void eventually(ThrowingCallable assertion) {
    var deadline = System.nanoTime() + SOON.toNanos();
    while (true) {
      try {
        assertion.call();
        return;
      } catch (Throwable failure) {
        if (System.nanoTime() > deadline) {
          throw new AssertionError(
              "not within %s: %s".formatted(SOON, failure.getMessage()), failure);
        }
      }
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }

  @Override
  public void close() {
    services.close();
    membership.close();
  }
}
