package io.gantry.ops.scale;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * What the kernel counts of connections between nodes: with TLS, which the meter of messages does
 * not see. Connections that have ended meanwhile are not counted.
 */
final class Sockets {
  private static final Pattern SENT = Pattern.compile("\\bbytes_sent:([0-9]+)");

  private Sockets() {}

  /** Of both ends of all connections to Artery's ports of these hosts, since they are open. */
  static long bytes(Simulation simulation) {
    var first = simulation.hosts().getFirst().address();
    var net = first.substring(0, first.lastIndexOf('.'));
    var port = Integer.parseInt(first.substring(first.lastIndexOf(':') + 1)) + 1;
    var filter = "( dport = :%d or sport = :%d ) and dst %s.0/24".formatted(port, port, net);
    try {
      var process = new ProcessBuilder("ss", "-tinH", filter).redirectErrorStream(true).start();
      try (var output = process.getInputStream()) {
        var told = new String(output.readAllBytes(), StandardCharsets.UTF_8);
        return SENT.matcher(told).results().mapToLong(hit -> Long.parseLong(hit.group(1))).sum();
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
