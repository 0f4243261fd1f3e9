package io.gantry.ops.scale;

import io.gantry.agent.Caller;
import io.gantry.agent.Outcome;
import io.gantry.cluster.placement.Candidate;
import io.gantry.cluster.placement.Placement;
import io.gantry.cluster.placement.Wish;
import io.gantry.cluster.placement.Wishes;
import io.gantry.ops.scale.WireMeter.Kind;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** What is measured of a simulation whose hosts are a cluster. */
final class Measuring {
  private static final Duration QUIET = Duration.ofSeconds(8);
  private static final Duration BETWEEN_CHANGES = Duration.ofMillis(50);
  private static final int COLLECTIONS = 3;
  private static final double KIB = 1024;
  private static final double MIB = 1024 * 1024;

  private final Simulation simulation;
  private final Asked asked;
  private final Row row;

  Measuring(Simulation simulation, Asked asked, Row row) {
    this.simulation = simulation;
    this.asked = asked;
    this.row = row;
  }

  /** What is sent while nothing changes. */
  void rest(Duration time) {
    LockSupport.parkNanos(QUIET.toNanos());
    var wire = Sockets.bytes(simulation);
    var rest = Traffic.during(time);
    var onWire = Sockets.bytes(simulation) - wire;
    var hosts = simulation.size();
    row.put("rest KiB/s", rest.perSecond(rest.all().bytes()) / KIB / hosts)
        .put("rest messages/s", rest.perSecond(rest.all().messages()) / hosts)
        .put("rest heartbeats KiB/s", perHost(rest, Kind.HEARTBEATS))
        .put("rest membership KiB/s", perHost(rest, Kind.MEMBERSHIP))
        .put("rest digests KiB/s", perHost(rest, Kind.DIGESTS))
        .put("rest deltas KiB/s", perHost(rest, Kind.DELTAS))
        .put("rest values KiB/s", perHost(rest, Kind.VALUES))
        .put("rest other KiB/s", perHost(rest, Kind.OTHER, Kind.MAJORITIES))
        .put("rest sockets KiB/s", rest.perSecond(onWire) / KIB / hosts);
  }

  private double perHost(Traffic traffic, Kind... kinds) {
    return traffic.perSecond(traffic.of(kinds).bytes()) / KIB / simulation.size();
  }

  /** What each of so many new containers costs in what is sent, over what rest costs. */
  void changes(int count) {
    var rest = Traffic.during(QUIET);
    var busy =
        Traffic.during(
            () -> {
              for (var change = 0; change < count; change++) {
                simulation.make(asked.next(simulation.size()));
                LockSupport.parkNanos(BETWEEN_CHANGES.toNanos());
              }
              simulation.settle();
            });
    var seconds = busy.time().toNanos() / 1e9;
    var kinds = new Kind[] {Kind.DELTAS, Kind.VALUES, Kind.DIGESTS, Kind.MAJORITIES};
    var bytes = busy.of(kinds).bytes() - rest.perSecond(rest.of(kinds).bytes()) * seconds;
    var messages = busy.of(kinds).messages() - rest.perSecond(rest.of(kinds).messages()) * seconds;
    row.put("change KiB", bytes / count / KIB)
        .put("change KiB per host", bytes / count / KIB / simulation.size())
        .put("change messages per host", messages / count / simulation.size())
        .put("change deltas KiB", busy.of(Kind.DELTAS).bytes() / KIB / count)
        .put("change values KiB", busy.of(Kind.VALUES).bytes() / KIB / count);
  }

  /**
   * A host's own container, as its own socket makes it: the part of a placement that is no choice.
   */
  void creations(int count) {
    var times = new double[count];
    for (var number = 0; number < count; number++) {
      var next = asked.next(simulation.size());
      var begun = System.nanoTime();
      simulation.make(next);
      times[number] = Times.millis(System.nanoTime() - begun);
    }
    var measured = new Times(times);
    row.put("creation p50 ms", measured.percentile(50))
        .put("creation p99 ms", measured.percentile(99));
  }

  /** From the request at a host to the container on the host that was chosen, one by one. */
  void placements(int count, int askedHosts) {
    var times = new double[count];
    // The first call to a host makes a connection to it.
    for (var number = 0; number < askedHosts; number++) {
      place(new Asked.Container(number, "first-" + number + "-" + row.containers(), spec()));
    }
    for (var number = 0; number < count; number++) {
      var next = asked.next(askedHosts);
      var begun = System.nanoTime();
      place(next);
      times[number] = Times.millis(System.nanoTime() - begun);
    }
    var measured = new Times(times);
    row.put("placement p50 ms", measured.percentile(50))
        .put("placement p99 ms", measured.percentile(99))
        .put("placement max ms", measured.max());
  }

  private io.gantry.protocol.v1.ContainerSpec spec() {
    return asked.next(1).spec();
  }

  private void place(Asked.Container next) {
    Simulation.now(
        simulation
            .hosts()
            .get(next.host())
            .cluster()
            .containers()
            .create(Caller.ENGINE, Optional.of(next.name()), next.spec()));
  }

  /** The choice alone, among the hosts as they are. */
  void decisions(int count) {
    var candidates = candidates();
    var times = new ArrayList<Double>();
    for (var number = 0; number < 2 * count; number++) {
      if (!(Wishes.of(spec()) instanceof Outcome.Done<Wish>(var wish))) {
        throw new IllegalStateException("nobody can wish for this");
      }
      var begun = System.nanoTime();
      if (!(Placement.choose(wish, candidates) instanceof Placement.Decision.Placed)) {
        throw new IllegalStateException("no host can take it");
      }
      if (number >= count) {
        times.add(Times.millis(System.nanoTime() - begun));
      }
    }
    var measured = new Times(times.stream().mapToDouble(Double::doubleValue).toArray());
    row.put("decision p50 ms", measured.percentile(50))
        .put("decision p99 ms", measured.percentile(99));
  }

  private List<Candidate> candidates() {
    var hosts = simulation.hosts().getFirst().membership().view().getHostsList();
    return IntStream.range(0, hosts.size())
        .mapToObj(
            number -> {
              var host = hosts.get(number);
              var summary = host.getSummary();
              return new Candidate(
                  host.getId(),
                  host.getName(),
                  false,
                  summary.getCpus(),
                  summary.getMemoryBytes(),
                  summary.getReservedNanoCpus(),
                  summary.getReservedMemoryBytes(),
                  summary.getContainers(),
                  true,
                  Set.of(),
                  Set.of(),
                  List.of());
            })
        .toList();
  }

  void memory() {
    row.put("heap MiB per host", heap() / MIB / simulation.size())
        .put("direct MiB per host", direct() / MIB / simulation.size())
        .put("threads per host", (double) threads() / simulation.size());
  }

  /** After collections, since one alone leaves what finalisation gives back. */
  static long heap() {
    for (var collection = 0; collection < COLLECTIONS; collection++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long direct() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  private static int threads() {
    return ManagementFactory.getThreadMXBean().getThreadCount();
  }
}
