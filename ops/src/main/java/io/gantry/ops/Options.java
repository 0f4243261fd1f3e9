package io.gantry.ops;

import io.gantry.agent.socket.TlsSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of {@code gantryd}. */
@Command(
    name = "gantryd",
    description = "Runs Linux containers and records everything that happens to them.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false)
final class Options {
  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      defaultValue = "/var/lib/gantry",
      description = "Record, images, layers, volumes, containers (default: ${DEFAULT-VALUE}).")
  Path stateDir = Path.of("/var/lib/gantry");

  @Option(
      names = "--run-dir",
      paramLabel = "DIR",
      defaultValue = "/run/gantry",
      description = "Sockets and what a reboot may clear (default: ${DEFAULT-VALUE}).")
  Path runDir = Path.of("/run/gantry");

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "What this host is called (default: its host name).")
  @Nullable String name;

  @Option(
      names = "--docker",
      paramLabel = "ADDRESS",
      description =
          "Serve the Docker Engine API here: unix:///PATH or tcp://HOST:PORT. Repeatable"
              + " (default: unix://RUN-DIR/docker.sock).")
  List<String> docker = new ArrayList<>();

  @Option(
      names = "--docker-cluster",
      paramLabel = "ADDRESS",
      description =
          "Serve the Docker Engine API of all hosts of the cluster as one engine here:"
              + " unix:///PATH or tcp://HOST:PORT. Repeatable.")
  List<String> dockerCluster = new ArrayList<>();

  @Option(
      names = "--grpc",
      paramLabel = "ADDRESS",
      description =
          "Serve gRPC here: unix:///PATH or HOST:PORT. Repeatable (default:"
              + " unix://RUN-DIR/grpc.sock).")
  List<String> grpc = new ArrayList<>();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Settings (HOCON) that override the defaults of reference.conf.")
  @Nullable Path config;

  @Option(
      names = "--group",
      paramLabel = "GROUP",
      description = "Group that may use the unix sockets (default: docker where it exists).")
  @Nullable String group;

  @Option(
      names = "--runtime",
      paramLabel = "NAME|PATH",
      description = "OCI runtime (default: crun where it works, else runc).")
  @Nullable String runtime;

  @Option(
      names = "--runtime-deadline",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "A runtime that has not done one thing after so long is killed (default: 30).")
  int runtimeDeadline = 30;

  @Option(
      names = "--userns",
      paramLabel = "host|private",
      defaultValue = "host",
      description =
          "User namespace of containers that do not say: the host's, or one of their own (default:"
              + " host).")
  String userns = "host";

  @Option(
      names = "--bridge-address",
      paramLabel = "CIDR",
      description =
          "Address of the default bridge, when the agent starts for the first time (default: a free"
              + " subnet).")
  @Nullable String bridgeAddress;

  @ArgGroup(exclusive = false)
  @Nullable Tls tls;

  /** All three or none: an address that someone meant to protect is never served without. */
  static final class Tls {
    @Option(
        names = "--tls-ca",
        paramLabel = "FILE",
        required = true,
        description = "CA of the clients of TCP addresses.")
    Path ca = Path.of("");

    @Option(
        names = "--tls-cert",
        paramLabel = "FILE",
        required = true,
        description = "Certificate of this server.")
    Path cert = Path.of("");

    @Option(
        names = "--tls-key",
        paramLabel = "FILE",
        required = true,
        description = "Its private key (PKCS #8).")
    Path key = Path.of("");

    TlsSettings settings() {
      return new TlsSettings(cert, key, ca);
    }
  }

  @Option(
      names = "--insecure-registry",
      paramLabel = "HOST[:PORT]|CIDR",
      description =
          "A registry that may be spoken to without TLS, or with a certificate nobody vouches for."
              + " Repeatable; loopback always may.")
  List<String> insecureRegistries = new ArrayList<>();

  @Option(
      names = "--registry-mirror",
      paramLabel = "URL",
      description = "Asked for Docker's own images before Docker's own registry. Repeatable.")
  List<String> registryMirrors = new ArrayList<>();

  @Option(
      names = "--log-format",
      paramLabel = "text|json",
      defaultValue = "text",
      description = "How the log on stderr is written (default: ${DEFAULT-VALUE}).")
  String logFormat = "text";

  @Option(
      names = "--stop-containers",
      description = "On SIGTERM stop the containers too. Without it they go on running.")
  boolean stopContainers;

  List<String> dockerAddresses() {
    return docker.isEmpty() ? List.of("unix://" + runDir.resolve("docker.sock")) : docker;
  }

  List<String> grpcAddresses() {
    return grpc.isEmpty() ? List.of("unix://" + runDir.resolve("grpc.sock")) : grpc;
  }

  Optional<String> bridge() {
    return Optional.ofNullable(bridgeAddress);
  }
}
