package io.gantry.agent.container;

import io.gantry.agent.ContainerId;
import io.gantry.agent.network.Subnet;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerNetworkSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

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

  private final Directories directories;

  NetworkFiles(Directories directories) {
    this.directories = directories;
  }

  void write(ContainerId id, Container container, Connection connection) throws IOException {
    if (connection.kind() instanceof Connection.Kind.Of(var other, _)) {
      copy(new ContainerId(other), id);
      return;
    }
    var spec = container.getSpec().getNetwork();
    var hostname = hostname(id, container, connection);
    write(directories.hostname(id), hostname + "\n");
    write(directories.hosts(id), hosts(spec, hostname, connection));
    write(directories.resolvConf(id), resolvConf(spec, connection));
  }

  /** Who joins a namespace sees the names of whom it joins. */
  private void copy(ContainerId from, ContainerId to) throws IOException {
    write(directories.hostname(to), ResolvConf.readIfThere(directories.hostname(from)));
    write(directories.hosts(to), ResolvConf.readIfThere(directories.hosts(from)));
    write(directories.resolvConf(to), ResolvConf.readIfThere(directories.resolvConf(from)));
  }

  String hostname(ContainerId id, Container container, Connection connection) throws IOException {
    var spec = container.getSpec().getNetwork();
    if (!spec.getHostname().isEmpty()) {
      return spec.getHostname();
    }
    return switch (connection.kind()) {
      case Connection.Kind.OfTheHost _ ->
          Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
      case Connection.Kind.Of(var other, _) ->
          Files.readString(directories.hostname(new ContainerId(other))).strip();
      case Connection.Kind.Fresh _, Connection.Kind.At _ -> id.abbreviated();
    };
  }

  private static String hosts(ContainerNetworkSpec spec, String hostname, Connection connection)
      throws IOException {
    if (connection.kind() instanceof Connection.Kind.OfTheHost) {
      return ResolvConf.readIfThere(Path.of("/etc/hosts")) + extraHosts(spec, connection);
    }
    var own =
        own(spec, hostname, connection.addresses()).stream()
            .map(line -> line + "\n")
            .collect(Collectors.joining());
    return LOOPBACK + extraHosts(spec, connection) + own;
  }

  private static List<String> own(
      ContainerNetworkSpec spec, String hostname, List<InetAddress> addresses) {
    var names =
        spec.getDomainname().isEmpty()
            ? hostname
            : hostname + "." + spec.getDomainname() + " " + hostname;
    return addresses.stream().map(address -> Subnet.text(address) + "\t" + names).toList();
  }

  /** A running container has addresses more. */
  void addHosts(ContainerId id, Container container, List<InetAddress> addresses)
      throws IOException {
    HostsFile.add(directories.hosts(id), own(id, container, addresses));
  }

  /** A running container has addresses less. */
  void removeHosts(ContainerId id, Container container, List<InetAddress> addresses)
      throws IOException {
    HostsFile.remove(directories.hosts(id), own(id, container, addresses));
  }

  private static List<String> own(
      ContainerId id, Container container, List<InetAddress> addresses) {
    var spec = container.getSpec().getNetwork();
    var hostname = spec.getHostname().isEmpty() ? id.abbreviated() : spec.getHostname();
    return own(spec, hostname, addresses);
  }

  private static String extraHosts(ContainerNetworkSpec spec, Connection connection) {
    var lines = new StringBuilder();
    for (var entry : spec.getExtraHostsList()) {
      var colon = entry.indexOf(':') >= 0 ? entry.indexOf(':') : entry.indexOf('=');
      if (colon <= 0) {
        continue;
      }
      var address = entry.substring(colon + 1);
      var addresses =
          address.equals("host-gateway")
              ? connection.hosts().stream().map(Subnet::text).toList()
              : List.of(address.replaceAll("^\\[|]$", ""));
      addresses.forEach(one -> lines.append(one).append('\t').append(entry, 0, colon).append('\n'));
    }
    return lines.toString();
  }

  private static String resolvConf(ContainerNetworkSpec spec, Connection connection)
      throws IOException {
    var ofHost = ResolvConf.ofTheHost();
    return connection.kind() instanceof Connection.Kind.OfTheHost
            && spec.getDnsCount() == 0
            && spec.getDnsSearchCount() == 0
            && spec.getDnsOptionsCount() == 0
        ? ofHost.text()
        : ofHost.forContainer(spec, connection.named());
  }

  /** A running container has come to its first network with names. */
  void writeResolvConf(ContainerId id, Container container, boolean named) throws IOException {
    write(
        directories.resolvConf(id),
        ResolvConf.ofTheHost().forContainer(container.getSpec().getNetwork(), named));
  }

  /** In place: the file may be mounted into the container, where a rename would not be seen. */
  private static void write(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }
}
