package io.gantry.ops.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Debian's docker-registry in the network of a test host. */
final class DebianRegistry implements AutoCloseable {
  private static final Duration READY = Duration.ofSeconds(20);

  private final TempHost host;
  private final Process process;
  private final String address;

  private DebianRegistry(TempHost host, Process process, String address) {
    this.host = host;
    this.process = process;
    this.address = address;
  }

  /** False on a machine without it: the tests that need it are then skipped, and say so. */
  static boolean installed() {
    return Files.isExecutable(Path.of("/usr/bin/docker-registry"));
  }

  /** {@code more}: further lines of its configuration, as YAML. */
  static DebianRegistry start(TempHost host, String address, String... more) throws IOException {
    var name = address.replace(':', '-');
    var lines =
        new ArrayList<>(
            List.of(
                "version: 0.1",
                "log: {level: error}",
                "storage: {filesystem: {rootdirectory: %s}}"
                    .formatted(host.directory().resolve("registry-" + name))));
    lines.addAll(List.of(more));
    if (lines.stream().noneMatch(line -> line.startsWith("http:"))) {
      lines.add("http: {addr: \"%s\"}".formatted(address));
    }
    var file = Files.write(host.directory().resolve("registry-" + name + ".yml"), lines);
    var process =
        new ProcessBuilder(
                host.inNetwork(List.of("/usr/bin/docker-registry", "serve", file.toString())))
            .redirectErrorStream(true)
            .redirectOutput(host.directory().resolve("registry-" + name + ".log").toFile())
            .start();
    var registry = new DebianRegistry(host, process, address);
    registry.awaitReady();
    return registry;
  }

  private void awaitReady() {
    var scheme = Files.exists(host.directory().resolve("registry.crt")) ? "https" : "http";
    Eventually.holds(
        READY,
        () ->
            Command.run(host.inNetwork(List.of("curl", "-sk", scheme + "://" + address + "/v2/")))
                .succeeded());
  }

  String address() {
    return address;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException interrupted) {
      throw new AssertionError("interrupted while a registry ends", interrupted);
    }
  }
}
