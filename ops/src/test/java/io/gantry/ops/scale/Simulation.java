package io.gantry.ops.scale;

import com.typesafe.config.ConfigFactory;
import io.gantry.agent.Caller;
import io.gantry.agent.Outcome;
import io.gantry.agent.Secret;
import io.gantry.ops.SimulatedHost;
import io.gantry.protocol.v1.ClusterView;
import io.gantry.protocol.v1.HostPresence;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Hosts in this JVM, each with an address of loopback of its own and a directory below {@code
 * directory}.
 */
final class Simulation implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final int AT_ONCE = 4;
  private static final int TRIES = 5;
  private static final int PORT = 4280;

  static {
    System.setProperty("akka.remote.artery.advanced.instruments.0", WireMeter.class.getName());
    // All hosts share the processors of one machine: each may be slow, and is not dead for that.
    System.setProperty("akka.cluster.failure-detector.acceptable-heartbeat-pause", "20s");
    System.setProperty("akka.cluster.shutdown-after-unsuccessful-join-seed-nodes", "120s");
    System.setProperty("akka.remote.artery.advanced.handshake-timeout", "60s");
    System.setProperty("akka.scheduler.tick-duration", "30ms");
    ConfigFactory.invalidateCaches();
  }

  private final List<SimulatedHost> hosts;

  private Simulation(List<SimulatedHost> hosts) {
    this.hosts = hosts;
  }

  /** Starts hosts that know nothing of each other. {@code directory}: nothing is there yet. */
  static Simulation of(int count, Path directory) {
    // Other simulations on this machine have other addresses, as they have other processes.
    var process = ProcessHandle.current().pid();
    var net = "127.%d.%d".formatted(64 + process / 250 % 128, 1 + process % 250);
    try (var some = Executors.newFixedThreadPool(AT_ONCE)) {
      var starting = new ArrayList<CompletableFuture<SimulatedHost>>();
      for (var number = 1; number <= count; number++) {
        var name = "h" + number;
        var address = "%s.%d:%d".formatted(net, number, PORT);
        starting.add(
            CompletableFuture.supplyAsync(
                () -> started(directory.resolve(name), name, address), some));
      }
      return new Simulation(starting.stream().map(CompletableFuture::join).toList());
    }
  }

  private static SimulatedHost started(Path directory, String name, String address) {
    try {
      return SimulatedHost.start(directory, name, address);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  List<SimulatedHost> hosts() {
    return hosts;
  }

  int size() {
    return hosts.size();
  }

  /**
   * The first makes a cluster, the others join it through that one, so many at a time as whoever
   * brings out software to many hosts lets do it at a time.
   */
  Duration joinAll(int atATime) {
    var begun = System.nanoTime();
    var token = founded();
    try (var some = Executors.newFixedThreadPool(atATime)) {
      hosts.stream().skip(1).forEach(host -> some.execute(() -> join(host, token)));
    }
    allUp(size());
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  /** Each when the one before it sees all that came before it. The times of each. */
  List<Duration> joinOneByOne() {
    var token = founded();
    var times = new ArrayList<Duration>();
    for (var number = 2; number <= size(); number++) {
      var members = number;
      var begun = System.nanoTime();
      join(hosts.get(number - 1), token);
      allUp(members);
      times.add(Duration.ofNanos(System.nanoTime() - begun));
    }
    return times;
  }

  private Secret founded() {
    var first = hosts.getFirst();
    now(first.membership().init(Caller.ENGINE, Optional.of(first.address())));
    return now(first.membership().token(Caller.ENGINE, false));
  }

  /** As a person would: once more when it was refused for lack of time. */
  private void join(SimulatedHost host, Secret token) {
    var through = hosts.getFirst().address();
    for (var attempt = 1; ; attempt++) {
      var answer =
          host.membership()
              .join(Caller.ENGINE, through, token, Optional.of(host.address()))
              .toCompletableFuture()
              .join();
      if (!(answer instanceof Outcome.Refused<ClusterView>(_, var message))) {
        return;
      }
      System.err.printf("%s: attempt %d to join: %s%n", host.name(), attempt, message);
      if (attempt == TRIES) {
        throw new IllegalStateException(message);
      }
    }
  }

  /** The first so many see each other. */
  private void allUp(int members) {
    hosts.subList(0, members).forEach(host -> until(() -> up(host) == members));
  }

  private static long up(SimulatedHost host) {
    return host.membership().view().getHostsList().stream()
        .filter(one -> one.getPresence() == HostPresence.HOST_PRESENCE_UP)
        .count();
  }

  /** Containers on the hosts that were asked for them, without a choice. Many at once. */
  void fill(Asked asked, int count) {
    try (var each = Executors.newVirtualThreadPerTaskExecutor()) {
      var room = new Semaphore(16 * AT_ONCE);
      for (var number = 0; number < count; number++) {
        var next = asked.next(size());
        room.acquireUninterruptibly();
        each.execute(
            () -> {
              try {
                make(next);
              } finally {
                room.release();
              }
            });
      }
    }
  }

  /** On the host that is asked itself. */
  String make(Asked.Container next) {
    return now(hosts
            .get(next.host())
            .engine()
            .containers()
            .create(Caller.ENGINE, Optional.of(next.name()), next.spec()))
        .container()
        .getId();
  }

  /** Every host knows of the containers of all others. */
  void settle() {
    var all = containers();
    hosts.forEach(
        host -> {
          var others = all - host.engine().containers().list().size();
          until(() -> host.known().places().values().stream().mapToInt(Map::size).sum() == others);
        });
  }

  int containers() {
    return hosts.stream().mapToInt(host -> host.engine().containers().list().size()).sum();
  }

  static <T> T now(CompletionStage<Outcome<T>> answer) {
    return switch (answer.toCompletableFuture().join()) {
      case Outcome.Done<T>(var value) -> value;
      case Outcome.Unchanged<T>(var value) -> value;
      case Outcome.Refused<T>(var kind, var message) ->
          throw new IllegalStateException(kind + ": " + message);
    };
  }

  private static void until(BooleanSupplier condition) {
    var deadline = System.nanoTime() + LONGEST.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("not within " + LONGEST);
      }
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }

  @Override
  public void close() {
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      hosts.forEach(host -> each.execute(host::close));
    }
  }
}
