package io.gantry.ops.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What happens to hosts of a cluster for a while. */
sealed interface Fault {
  /** When it begins, after its round does. */
  Duration after();

  Duration lasting();

  /** These hear each other and no others. */
  record Cut(List<Integer> hosts, Duration after, Duration lasting) implements Fault {}

  /** Its agent does nothing. */
  record Pause(int host, Duration after, Duration lasting) implements Fault {}

  /** Its agent ends by SIGKILL, and another begins later. */
  record Kill(int host, Duration after, Duration lasting) implements Fault {}

  /**
   * Some at about the same time, each of other hosts. Half of them are over before the others count
   * the host as away, half are not.
   */
  static List<Fault> draw(Random random, int hosts, int most) {
    var free = new ArrayList<>(IntStream.rangeClosed(1, hosts).boxed().toList());
    Collections.shuffle(free, random);
    var faults = new ArrayList<Fault>();
    var wanted = Math.min(most, 1 + random.nextInt(3));
    var mayCut = true;
    while (faults.size() < wanted) {
      var after = Duration.ofMillis(random.nextInt(2000));
      var lasting =
          Duration.ofMillis(
              random.nextBoolean() ? random.nextInt(5000) : 12000 + random.nextInt(7000));
      var kind = random.nextInt(3);
      if (kind == 0 && mayCut) {
        mayCut = false;
        var cut = new ArrayList<>(List.of(free.removeFirst()));
        if (random.nextInt(3) == 0) {
          cut.add(free.removeFirst());
        }
        faults.add(new Cut(cut, after, lasting));
      } else if (kind == 1) {
        faults.add(new Pause(free.removeFirst(), after, lasting));
      } else {
        faults.add(new Kill(free.removeFirst(), after, lasting));
      }
    }
    return faults;
  }

  /** Brings it about and mends it. */
  default void happen(TempHosts hosts) {
    Patient.pause(after());
    switch (this) {
      case Cut(var cut, _, _) -> {
        hosts.cut(cut.stream().mapToInt(Integer::intValue).toArray());
        Patient.pause(lasting());
        hosts.heal();
      }
      case Pause(var host, _, _) -> {
        hosts.pause(host);
        Patient.pause(lasting());
        hosts.resume(host);
      }
      case Kill(var host, _, _) -> {
        hosts.kill(host);
        Patient.pause(lasting());
        hosts.restart(host);
      }
    }
  }

  /** "cut of h1 h3 for 4.2 s". */
  default String text() {
    var what =
        switch (this) {
          case Cut(var cut, _, _) ->
              "cut of " + cut.stream().map(host -> "h" + host).collect(Collectors.joining(" "));
          case Pause(var host, _, _) -> "pause of h" + host;
          case Kill(var host, _, _) -> "kill of h" + host;
        };
    return "%s for %.1f s".formatted(what, lasting().toMillis() / 1000.0);
  }
}
