package io.gantry.ops.e2e;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.gantry.ops.audit.HostEntry;
import io.gantry.protocol.v1.WatchClusterResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A client that follows the merged record from its beginning, with {@code gantry cluster events}.
 * When its agent is killed, or it is told to, it goes on at another one from its cursors.
 */
final class FollowedRecord implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(300);

  private final TempHosts hosts;
  private final Thread thread;
  private final List<HostEntry> entries = new ArrayList<>();
  private final Map<String, String> cursors = new TreeMap<>();
  private @Nullable Process reader;
  private int agents;
  private volatile boolean ending;

  /** Begins. All hosts are in the cluster. */
  FollowedRecord(TempHosts hosts) {
    this.hosts = hosts;
    for (var number = 1; number <= hosts.count(); number++) {
      cursors.put("h" + number, "0");
    }
    this.thread = Thread.ofVirtual().start(this::follow);
  }

  private void follow() {
    for (var number = 1; !ending; number = number % hosts.count() + 1) {
      try {
        read(begun(number));
      } catch (IOException _) {
        // The agent was killed, or this reader was told to move.
      }
      Patient.pause(PAUSE);
    }
  }

  private synchronized Process begun(int number) throws IOException {
    var after =
        cursors.entrySet().stream()
            .map(cursor -> cursor.getKey() + "=" + cursor.getValue())
            .collect(Collectors.joining(","));
    var begun =
        new ProcessBuilder(
                AgentProcess.DISTRIBUTION.resolve("bin/gantry").toString(),
                "--grpc",
                "unix://" + hosts.host(number).grpcSocket(),
                "cluster",
                "events",
                "--follow",
                "--format",
                "json",
                "--after",
                after)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    agents++;
    reader = begun;
    if (ending) {
      begun.destroy();
    }
    return begun;
  }

  private void read(Process from) throws IOException {
    try (var lines =
        new BufferedReader(new InputStreamReader(from.getInputStream(), StandardCharsets.UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        var response = WatchClusterResponse.newBuilder();
        JsonFormat.parser().merge(line, response);
        take(response.build());
      }
    } catch (InvalidProtocolBufferException _) {
      // Its last line is half a line; it comes again.
    } finally {
      from.destroy();
    }
  }

  private synchronized void take(WatchClusterResponse response) {
    if (response.hasEntry()) {
      var entry = response.getEntry();
      entries.add(new HostEntry(response.getHostName(), entry));
      cursors.put(response.getHostName(), "%d:%d".formatted(entry.getSequence(), entry.getEpoch()));
    }
  }

  /** To another agent. */
  synchronized void move() {
    if (reader != null) {
      reader.destroy();
    }
  }

  synchronized List<HostEntry> entries() {
    return List.copyOf(entries);
  }

  /** How many agents it has asked, one after the other. */
  synchronized int agents() {
    return agents;
  }

  @Override
  public void close() {
    ending = true;
    move();
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
