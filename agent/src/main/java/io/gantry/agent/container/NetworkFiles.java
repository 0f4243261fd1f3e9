package io.gantry.agent.container;

import io.gantry.agent.ContainerId;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerNetworkSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The files a container's resolver reads: /etc/hosts, /etc/hostname, /etc/resolv.conf. */
final class NetworkFiles {
  private static final String LOOPBACK =
      """
      127.0.0.1\tlocalhost
      ::1\tlocalhost ip6-localhost ip6-loopback
      fe00::\tip6-localnet
      ff00::\tip6-mcastprefix
      ff02::1\tip6-allnodes
      ff02::2\tip6-allrouters
      """;

  private static final Path HOST_RESOLV_CONF = Path.of("/etc/resolv.conf");

  /**
   * systemd-resolved's own file names a stub that no container can reach; this one names the real
   * servers.
   */
  private static final Path SYSTEMD_RESOLV_CONF = Path.of("/run/systemd/resolve/resolv.conf");

  private final Directories directories;

  NetworkFiles(Directories directories) {
    this.directories = directories;
  }

  void write(ContainerId id, Container container, Connection connection) throws IOException {
    var spec = container.getSpec().getNetwork();
    var hostname = hostname(id, container, connection);
    write(directories.hostname(id), hostname + "\n");
    write(directories.hosts(id), hosts(spec, hostname, connection));
    write(directories.resolvConf(id), resolvConf(spec, connection));
  }

  static String hostname(ContainerId id, Container container, Connection connection)
      throws IOException {
    var spec = container.getSpec().getNetwork();
    if (!spec.getHostname().isEmpty()) {
      return spec.getHostname();
    }
    return connection.kind() instanceof Connection.Kind.OfTheHost
        ? Files.readString(Path.of("/proc/sys/kernel/hostname")).strip()
        : id.abbreviated();
  }

  private static String hosts(ContainerNetworkSpec spec, String hostname, Connection connection)
      throws IOException {
    if (connection.kind() instanceof Connection.Kind.OfTheHost) {
      return readIfThere(Path.of("/etc/hosts")) + extraHosts(spec, connection);
    }
    var names =
        spec.getDomainname().isEmpty()
            ? hostname
            : hostname + "." + spec.getDomainname() + " " + hostname;
    var own =
        connection
            .address()
            .map(address -> address.getHostAddress() + "\t" + names + "\n")
            .orElse("");
    return LOOPBACK + extraHosts(spec, connection) + own;
  }

  private static String extraHosts(ContainerNetworkSpec spec, Connection connection) {
    var lines = new StringBuilder();
    for (var entry : spec.getExtraHostsList()) {
      var colon = entry.indexOf(':') >= 0 ? entry.indexOf(':') : entry.indexOf('=');
      if (colon <= 0) {
        continue;
      }
      var address = entry.substring(colon + 1);
      var resolved =
          address.equals("host-gateway")
              ? connection.gateway().map(gateway -> gateway.getHostAddress()).orElse("")
              : address.replaceAll("^\\[|]$", "");
      if (!resolved.isEmpty()) {
        lines.append(resolved).append('\t').append(entry, 0, colon).append('\n');
      }
    }
    return lines.toString();
  }

  private static String resolvConf(ContainerNetworkSpec spec, Connection connection)
      throws IOException {
    var ofHost = hostResolvConf();
    if (connection.kind() instanceof Connection.Kind.OfTheHost
        && spec.getDnsCount() == 0
        && spec.getDnsSearchCount() == 0
        && spec.getDnsOptionsCount() == 0) {
      return ofHost;
    }
    var lines = new ArrayList<String>();
    var servers =
        spec.getDnsCount() > 0 ? spec.getDnsList() : reachable(values(ofHost, "nameserver"));
    servers.forEach(server -> lines.add("nameserver " + server));
    var search =
        spec.getDnsSearchCount() > 0 ? spec.getDnsSearchList() : words(values(ofHost, "search"));
    if (!search.isEmpty() && !search.equals(List.of("."))) {
      lines.add("search " + String.join(" ", search));
    }
    var options =
        spec.getDnsOptionsCount() > 0 ? spec.getDnsOptionsList() : words(values(ofHost, "options"));
    if (!options.isEmpty()) {
      lines.add("options " + String.join(" ", options));
    }
    return String.join("\n", lines) + "\n";
  }

  private static String hostResolvConf() throws IOException {
    var ofHost = readIfThere(HOST_RESOLV_CONF);
    return values(ofHost, "nameserver").equals(List.of("127.0.0.53"))
        ? readIfThere(SYSTEMD_RESOLV_CONF)
        : ofHost;
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

  private static String readIfThere(Path file) throws IOException {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  /** In place: the file may be mounted into the container, where a rename would not be seen. */
  private static void write(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }
}
