package io.gantry.agent.docker;

import io.gantry.agent.HostFacts;
import io.gantry.agent.Stats;
import io.gantry.protocol.v1.Image;
import io.gantry.protocol.v1.ImageConfig;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Values that several tests use. */
final class Samples {
  static final HostFacts HOST =
      new HostFacts(
          "9f2c",
          "testhost",
          "0.1.0",
          Instant.parse("2026-11-21T09:00:00Z"),
          "6.18.0",
          "Debian GNU/Linux 12 (bookworm)",
          "12",
          "x86_64",
          2,
          1L << 34,
          "1",
          "cgroupfs",
          List.of("name=seccomp,profile=builtin"),
          Map.of("runc", "/usr/sbin/runc"),
          "runc",
          Map.of("runc", "1.1.5", "conmon", "2.1.6"),
          "overlay2",
          Path.of("/var/lib/gantry"),
          List.of(),
          HostFacts.Abilities.all(2));

  private Samples() {}

  static Image image(String tag) {
    return Image.newBuilder()
        .setId("sha256:" + "%064x".formatted(tag.hashCode() & 0xffffffffL))
        .addRepoTags(tag)
        .setSizeBytes(2_000_000)
        .setArchitecture("amd64")
        .setOs("linux")
        .addDiffIds("sha256:" + "d".repeat(64))
        .setConfig(ImageConfig.newBuilder().addEnv("PATH=/bin").putLabels("made", "by hand"))
        .build();
  }

  static Stats stats() {
    return new Stats(
        Instant.parse("2026-11-21T12:00:01Z"),
        new Stats.Cpu(1000, 400, 600, List.of(600L, 400L), 50_000, 2, 3, 1, 7),
        new Stats.Memory(4096, 8192, 1 << 20, 0, Map.of("cache", 12L), 1),
        3,
        100,
        Map.of("eth0", new Stats.Interface(1, 2, 0, 0, 3, 4, 0, 0)),
        List.of(new Stats.BlockIo(8, 0, "read", 512, 1)));
  }
}
