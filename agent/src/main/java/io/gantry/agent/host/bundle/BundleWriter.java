package io.gantry.agent.host.bundle;

import io.gantry.agent.container.Bundles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes config.json, and makes what must exist before a runtime can use it. */
public final class BundleWriter implements Bundles {
  private final HostAbilities host;

  public BundleWriter(HostAbilities host) {
    this.host = host;
  }

  @Override
  public List<String> write(Plan plan) throws IOException {
    for (var mount : plan.container().getStatus().getMountsList()) {
      if (mount.getType().equals("bind")) {
        // Docker makes the source of a bind that is missing; for --mount it was refused earlier.
        Files.createDirectories(existing(Path.of(mount.getSource())));
      }
    }
    var configuration =
        RunConfiguration.of(plan, UserDatabase.read(plan.root()), host, HostDevices.LINUX);
    Files.createDirectories(plan.bundle());
    Files.write(
        plan.bundle().resolve("config.json"),
        Json.MAPPER.writeValueAsBytes(configuration.json()));
    return configuration.warnings();
  }

  /** A file, a socket or a link to anything stays as it is. */
  private static Path existing(Path source) {
    return Files.exists(source, java.nio.file.LinkOption.NOFOLLOW_LINKS) ? source.getParent() : source;
  }
}
