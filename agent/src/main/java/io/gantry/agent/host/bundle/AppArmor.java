package io.gantry.agent.host.bundle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * AppArmor, on kernels that enforce it: a profile that every container gets which asks for no other
 * one. It denies mounting and what reaches the machine through /proc and /sys; the rest is the
 * business of capabilities and seccomp.
 */
public final class AppArmor {
  private static final Path ENABLED = Path.of("/sys/module/apparmor/parameters/enabled");
  private static final Path LOADED = Path.of("/sys/kernel/security/apparmor/profiles");
  private static final String NAME = "gantry-default";
  private static final long PATIENCE_SECONDS = 20;
  private static final String PROFILE =
      """
      profile %s flags=(attach_disconnected,mediate_deleted) {
        network,
        capability,
        file,
        umount,
        signal (receive) peer=unconfined,
        signal (send, receive) peer=%s,
        ptrace (trace, read, tracedby, readby) peer=%s,
        deny mount,
        deny /proc/sysrq-trigger rwklx,
        deny /proc/kcore rwklx,
        deny /proc/mem rwklx,
        deny /proc/kmem rwklx,
        deny /sys/firmware/** rwklx,
        deny /sys/kernel/security/** rwklx,
        deny /sys/devices/virtual/powercap/** rwklx,
      }
      """;

  private AppArmor() {}

  static boolean enabled() throws IOException {
    return Files.exists(ENABLED) && Files.readString(ENABLED).startsWith("Y");
  }

  /** The default profile, where it is loaded. */
  static Optional<String> loaded() throws IOException {
    if (!enabled() || !Files.isReadable(LOADED)) {
      return Optional.empty();
    }
    try (var profiles = Files.lines(LOADED)) {
      return profiles.anyMatch(line -> line.startsWith(NAME + " "))
          ? Optional.of(NAME)
          : Optional.empty();
    }
  }

  /**
   * Loads the default profile where the kernel has AppArmor; loaded already, it is replaced.
   *
   * @param parser apparmor_parser(8); empty: not installed
   * @return why containers run without it, for the log; empty: they do not, or the kernel has none
   */
  public static Optional<String> load(Optional<Path> parser) throws IOException {
    if (!enabled()) {
      return Optional.empty();
    }
    if (parser.isEmpty()) {
      return Optional.of("apparmor_parser is not installed");
    }
    var child =
        new ProcessBuilder(List.of(parser.get().toString(), "--skip-cache", "--replace"))
            .redirectErrorStream(true)
            .start();
    try (var input = child.getOutputStream()) {
      input.write(PROFILE.formatted(NAME, NAME, NAME).getBytes(StandardCharsets.UTF_8));
    }
    var said = new String(child.getInputStream().readNBytes(4096), StandardCharsets.UTF_8);
    try {
      if (!child.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        child.destroyForcibly();
        return Optional.of("apparmor_parser does not end");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a profile is loaded", interrupted);
    }
    return child.exitValue() == 0 ? Optional.empty() : Optional.of(said.strip());
  }
}
