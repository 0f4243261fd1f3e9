package io.gantry.ops.scale;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** What nodes sent each other during some time. */
record Traffic(Map<WireMeter.Kind, WireMeter.Count> sent, Duration time) {
  static Traffic during(Duration time) {
    return during(() -> LockSupport.parkNanos(time.toNanos()));
  }

  static Traffic during(Runnable work) {
    var before = WireMeter.sent();
    var begun = System.nanoTime();
    work.run();
    var took = Duration.ofNanos(System.nanoTime() - begun);
    var sent = new EnumMap<WireMeter.Kind, WireMeter.Count>(WireMeter.Kind.class);
    WireMeter.sent().forEach((kind, count) -> sent.put(kind, count.minus(before.get(kind))));
    return new Traffic(sent, took);
  }

  WireMeter.Count all() {
    return sent.values().stream().reduce(new WireMeter.Count(0, 0), WireMeter.Count::plus);
  }

  WireMeter.Count of(WireMeter.Kind... kinds) {
    var sum = new WireMeter.Count(0, 0);
    for (var kind : kinds) {
      sum = sum.plus(sent.getOrDefault(kind, new WireMeter.Count(0, 0)));
    }
    return sum;
  }

  double perSecond(double amount) {
    return amount / (time.toNanos() / 1e9);
  }
}
