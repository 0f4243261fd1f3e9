package io.gantry.cluster.peer;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where hosts call each other: gRPC at this port, Artery at the one behind it.
 *
 * @param host a name or an address, IPv6 without brackets
 */
public record PeerAddress(String host, int port) {
  private static final Pattern FORM =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.%]+)]|([^\\[\\]:/\\s]+))(?::(\\d{1,5}))?");
  private static final int LAST_PORT = 65534;

  /** Reads "HOST", "HOST:PORT" or "[IPV6]:PORT". */
  public static Optional<PeerAddress> parse(String text, int defaultPort) {
    var form = FORM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    var port = form.group(3) == null ? defaultPort : Integer.parseInt(form.group(3));
    return port == 0 || port > LAST_PORT
        ? Optional.empty()
        : Optional.of(new PeerAddress(form.group(1) == null ? form.group(2) : form.group(1), port));
  }

  public int arteryPort() {
    return port + 1;
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[%s]:%d" : "%s:%d").formatted(host, port);
  }
}
