package io.gantry.agent.container;

import io.gantry.agent.network.Subnet;
import io.gantry.protocol.v1.ContainerNetworkSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The host's resolv.conf(5), and what containers make of it.
 *
 * @param text as it is
 */
record ResolvConf(String text) {
  private static final Path OF_THE_HOST = Path.of("/etc/resolv.conf");

  /**
   * systemd-resolved's own file names a stub that no container can reach; this one names the real
   * servers.
   */
  private static final Path OF_SYSTEMD = Path.of("/run/systemd/resolve/resolv.conf");

  static final String EMBEDDED = "127.0.0.11";

  static ResolvConf ofTheHost() throws IOException {
    var text = readIfThere(OF_THE_HOST);
    return new ResolvConf(
        values(text, "nameserver").equals(List.of("127.0.0.53")) ? readIfThere(OF_SYSTEMD) : text);
  }

  /** Whom the agent asks for a container; a loopback address is the host's own then. */
  List<InetAddress> servers() {
    return values(text, "nameserver").stream()
        .map(ResolvConf::server)
        .flatMap(Optional::stream)
        .toList();
  }

  static List<InetAddress> servers(ContainerNetworkSpec spec) {
    return spec.getDnsList().stream().map(ResolvConf::server).flatMap(Optional::stream).toList();
  }

  private static Optional<InetAddress> server(String literal) {
    try {
      return Optional.of(Subnet.address(literal));
    } catch (IllegalArgumentException unreadable) {
      return Optional.empty();
    }
  }

  /** For a container that asks these servers itself, or the agent when {@code named}. */
  String forContainer(ContainerNetworkSpec spec, boolean named) {
    var lines = new ArrayList<String>();
    if (named) {
      lines.add("nameserver " + EMBEDDED);
    } else {
      var servers =
          spec.getDnsCount() > 0 ? spec.getDnsList() : reachable(values(text, "nameserver"));
      servers.forEach(server -> lines.add("nameserver " + server));
    }
    var search =
        spec.getDnsSearchCount() > 0 ? spec.getDnsSearchList() : words(values(text, "search"));
    if (!search.isEmpty() && !search.equals(List.of("."))) {
      lines.add("search " + String.join(" ", search));
    }
    var options = options(spec, named);
    if (!options.isEmpty()) {
      lines.add("options " + String.join(" ", options));
    }
    return String.join("\n", lines) + "\n";
  }

  /**
   * A container's bare names are its neighbours'; so they are asked for as they are. And an agent
   * that is being replaced is waited for: glibc waits so long for each attempt, musl for all of
   * them.
   */
  private List<String> options(ContainerNetworkSpec spec, boolean named) {
    var options =
        new ArrayList<>(
            spec.getDnsOptionsCount() > 0
                ? spec.getDnsOptionsList()
                : words(values(text, "options")));
    if (named) {
      addUnlessSet(options, "ndots", "0");
      addUnlessSet(options, "timeout", "8");
      addUnlessSet(options, "attempts", "4");
    }
    return options;
  }

  private static void addUnlessSet(List<String> options, String name, String value) {
    if (options.stream().noneMatch(option -> option.startsWith(name + ":"))) {
      options.add(name + ":" + value);
    }
  }

  /** A loopback address means another machine inside a container. */
  private static List<String> reachable(List<String> servers) {
    return servers.stream()
        .filter(server -> !server.startsWith("127.") && !server.equals("::1"))
        .toList();
  }

  private static List<String> values(String text, String keyword) {
    return text.lines()
        .map(String::strip)
        .filter(line -> line.startsWith(keyword + " ") || line.startsWith(keyword + "\t"))
        .map(line -> line.substring(keyword.length()).strip())
        .toList();
  }

  private static List<String> words(List<String> lines) {
    return lines.isEmpty() ? List.of() : List.of(lines.getLast().split("\\s+"));
  }

  static String readIfThere(Path file) throws IOException {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return "";
    }
  }
}
