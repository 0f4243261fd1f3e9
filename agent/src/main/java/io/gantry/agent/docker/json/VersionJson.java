package io.gantry.agent.docker.json;

import io.gantry.agent.HostFacts;
import io.gantry.protocol.Release;
import java.util.Map;
import java.util.TreeMap;

/** {@code GET /version}. */
public final class VersionJson {
  /** The release of Docker whose API and behaviour this edge follows: clients compare it. */
  public static final String COMPATIBLE = "28.5.2";

  private VersionJson() {}

  public static void write(JsonWriter json, HostFacts host) {
    var built = Times.rfc3339(host.abilities().builtAt());
    json.object(
        () -> {
          json.object("Platform", () -> json.text("Name", "Gantry " + host.gantryVersion()));
          json.array(
              "Components",
              () -> {
                component(
                    json,
                    "Engine",
                    COMPATIBLE,
                    Map.of(
                        "ApiVersion", "1.51",
                        "Arch", architecture(host),
                        "BuildTime", built,
                        "Experimental", "false",
                        "GitCommit", Release.COMMIT,
                        "GoVersion", "none",
                        "KernelVersion", host.kernelVersion(),
                        "MinAPIVersion", "1.24",
                        "Os", "linux"));
                component(json, "gantry", host.gantryVersion(), Map.of());
                new TreeMap<>(host.components())
                    .forEach((name, version) -> component(json, name, version, Map.of()));
              });
          json.text("Version", COMPATIBLE);
          json.text("ApiVersion", "1.51");
          json.text("MinAPIVersion", "1.24");
          json.text("GitCommit", Release.COMMIT);
          json.text("GoVersion", "none");
          json.text("Os", "linux");
          json.text("Arch", architecture(host));
          json.text("KernelVersion", host.kernelVersion());
          json.text("BuildTime", built);
        });
  }

  /** Go's name of it: clients choose images by it. */
  static String architecture(HostFacts host) {
    return switch (host.architecture()) {
      case "x86_64" -> "amd64";
      case "aarch64" -> "arm64";
      default -> host.architecture();
    };
  }

  private static void component(
      JsonWriter json, String name, String version, Map<String, String> details) {
    json.object(
        () -> {
          json.text("Name", name);
          json.text("Version", version);
          json.map("Details", new TreeMap<>(details));
        });
  }
}
