package io.gantry.ops.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.gantry.ops.scale.WireMeter.Kind;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The simulation of {@code ./dev bench scale}, small. */
@Timeout(120)
class SimulationTest {
  private static final int HOSTS = 3;
  private static final int CONTAINERS = 30;
  private static final Duration MOMENT = Duration.ofMillis(2500);
  private static final Duration WHILE = Duration.ofSeconds(6);

  /** A host compares once a second with one other: one time more or less in a while. */
  private static final double LITTLE = 25;

  @TempDir private Path directory;

  /**
   * What hosts tell each other that they have, each second, once all have heard of all there is.
   */
  private static double digests() {
    while (Traffic.during(MOMENT).of(Kind.VALUES, Kind.DELTAS).messages() > 0) {
      Thread.onSpinWait();
    }
    var rest = Traffic.during(WHILE);
    return rest.perSecond(rest.of(Kind.DIGESTS).bytes());
  }

  @Test
  void whatHostsSayAtRestDoesNotDependOnTheNumberOfContainers() {
    try (var simulation = Simulation.of(HOSTS, directory)) {
      simulation.joinAll(HOSTS);
      var without = digests();
      var asked = new Asked(1);
      simulation.fill(asked, CONTAINERS);
      simulation.settle();
      assertThat(digests()).isCloseTo(without, withinPercentage(LITTLE));
      var row = new Row(HOSTS, CONTAINERS);
      new Measuring(simulation, asked, row).placements(3, HOSTS);
      assertThat(simulation.containers()).isEqualTo(CONTAINERS + HOSTS + 3);
      assertThat(row.figures()).containsKey("placement p99 ms");
    }
  }

  @Test
  void theSameIsAskedForWithTheSameSeed() {
    var one = new Asked(7);
    var other = new Asked(7);
    for (var number = 0; number < CONTAINERS; number++) {
      assertThat(one.next(HOSTS)).isEqualTo(other.next(HOSTS));
    }
  }
}
