package io.gantry.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import akka.Done;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.stream.KillSwitches;
import akka.stream.UniqueKillSwitch;
import akka.stream.javadsl.Keep;
import akka.stream.javadsl.Sink;
import io.gantry.agent.Caller;
import io.gantry.agent.Outcome;
import io.gantry.cluster.membership.HostInProcess;
import io.gantry.persistence.event.ContainerEvent;
import io.gantry.persistence.event.Subject;
import io.gantry.protocol.v1.ClusterHost;
import io.gantry.protocol.v1.Cursor;
import io.gantry.protocol.v1.HostPresence;
import io.gantry.protocol.v1.WatchClusterRequest;
import io.gantry.protocol.v1.WatchClusterResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The records of three hosts as one stream, while hosts go away and readers come and go. */
@Timeout(120)
class MergedRecordIT {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final long SEED = new Random().nextLong();

  @TempDir private Path directory;
  private final List<HostInProcess> hosts = new ArrayList<>();
  private final Random random = new Random(SEED);

  /** What one reader has got, and how far it is. */
  private static final class Reader {
    final Map<String, List<Long>> seen = new HashMap<>();
    final Map<String, Cursor> position = new HashMap<>();
    final List<HostPresence> presences = new ArrayList<>();

    synchronized void take(WatchClusterResponse told) {
      var host = told.getHostId();
      switch (told.getMessageCase()) {
        case ENTRY -> {
          var entry = told.getEntry();
          seen.computeIfAbsent(host, _ -> new ArrayList<>()).add(entry.getSequence());
          position.put(
              host,
              Cursor.newBuilder()
                  .setSequence(entry.getSequence())
                  .setEpoch(entry.getEpoch())
                  .build());
        }
        case HEARTBEAT -> position.put(host, told.getHeartbeat().getCursor());
        case PRESENCE -> presences.add(told.getPresence());
        case GAP, MESSAGE_NOT_SET -> throw new AssertionError("unexpected: " + told);
      }
    }

    synchronized Map<String, Cursor> at() {
      return Map.copyOf(position);
    }

    synchronized int count(String host) {
      return seen.getOrDefault(host, List.of()).size();
    }
  }

  @AfterEach
  void close() {
    hosts.forEach(HostInProcess::close);
  }

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  private void cluster(int count) {
    for (var number = 1; number <= count; number++) {
      hosts.add(
          HostInProcess.start(
              KIT.system(), directory.resolve("h" + number), "h" + number, Duration.ofDays(1)));
    }
    var first = hosts.getFirst();
    first.await(first.membership().init(Caller.ENGINE, Optional.of(first.address())));
    if (!(first.await(first.membership().token(Caller.ENGINE, false))
        instanceof Outcome.Done<io.gantry.agent.Secret>(var token))) {
      throw new AssertionError("no token");
    }
    for (var host : hosts.subList(1, count)) {
      host.await(
          host.membership()
              .join(Caller.ENGINE, first.address(), token, Optional.of(host.address())));
    }
    hosts.forEach(host -> host.eventually(() -> assertThat(up(host)).hasSize(count)));
  }

  private static List<String> up(HostInProcess host) {
    return host.membership().view().getHostsList().stream()
        .filter(one -> one.getPresence() == HostPresence.HOST_PRESENCE_UP)
        .map(ClusterHost::getId)
        .toList();
  }

  private static String id(int number) {
    return "id-of-h" + number;
  }

  /** Something happens on a host. */
  private void happens(int number) {
    var subject = new Subject("container", "c" + random.nextInt(3), "web", "", Map.of());
    hosts
        .get(number - 1)
        .engine()
        .events()
        .append(Caller.ENGINE, subject, new ContainerEvent.Paused(Instant.EPOCH));
  }

  private record Following(UniqueKillSwitch stop, CompletionStage<Done> end) {
    /** What it has taken by then it has taken; nothing comes after. */
    void shutdown() {
      stop.shutdown();
      end.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    }
  }

  /** A reader of all hosts through one of them, from where it was. */
  private Following follow(int number, Reader reader) {
    var through = hosts.get(number - 1);
    var record = new MergedRecord(new AllHosts(KIT.system(), through.engine(), through.hosts()));
    var running =
        record
            .watch(
                Caller.ENGINE,
                WatchClusterRequest.newBuilder().setFollow(true).putAllAfter(reader.at()).build())
            .viaMat(KillSwitches.single(), Keep.right())
            .toMat(Sink.foreach(reader::take), Keep.both())
            .run(KIT.system());
    return new Following(running.first(), running.second());
  }

  private static List<Long> upTo(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }

  @Test
  void aReaderThatGoesOnAtAnyHostMissesNothingAndSeesNothingTwice() {
    cluster(3);
    var reader = new Reader();
    var happened = new int[] {0, 0, 0};
    for (var round = 0; round < 12; round++) {
      var following = follow(1 + random.nextInt(3), reader);
      for (var events = random.nextInt(40); events > 0; events--) {
        var number = 1 + random.nextInt(3);
        happens(number);
        happened[number - 1]++;
      }
      if (random.nextBoolean()) {
        // Sometimes it is cut off in the middle.
        following.shutdown();
      } else {
        awaitAll(reader, happened);
        following.shutdown();
      }
    }
    var last = follow(2, reader);
    awaitAll(reader, happened);
    last.shutdown();
    for (var number = 1; number <= 3; number++) {
      assertThat(reader.seen.getOrDefault(id(number), List.of()))
          .as("of host %d, seed %d", number, SEED)
          .isEqualTo(upTo(happened[number - 1]));
    }
  }

  private void awaitAll(Reader reader, int[] happened) {
    hosts
        .getFirst()
        .eventually(
            () -> {
              for (var number = 1; number <= 3; number++) {
                assertThat(reader.count(id(number))).isGreaterThanOrEqualTo(happened[number - 1]);
              }
            });
  }
}
