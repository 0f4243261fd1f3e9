package io.gantry.ops;

import io.gantry.agent.host.runtime.RuntimeChoice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** What a host must have, looked at without changing it. */
final class Prerequisites {
  private static final long LITTLE_SPACE = 1L << 30;
  private static final int PATIENCE_SECONDS = 5;
  private static final Set<String> CONTROLLERS =
      Set.of("memory", "pids", "cpu", "devices", "freezer");
  private static final Set<String> CONTROLLERS_V2 = Set.of("memory", "pids", "cpu");

  private final Path stateDir;
  private final List<Finding> findings = new ArrayList<>();

  private Prerequisites(Path stateDir) {
    this.stateDir = stateDir;
  }

  static List<Finding> check(Path stateDir) {
    var checks = new Prerequisites(stateDir);
    checks.java();
    checks.user();
    checks.kernel();
    checks.runtime();
    checks.program("conmon", "conmon");
    checks.program("nft", "nftables");
    checks.cgroups();
    checks.seccomp();
    checks.forwarding();
    checks.space();
    return checks.findings;
  }

  private void add(boolean well, String good, String bad) {
    findings.add(well ? new Finding.Ok(good) : new Finding.Fail(bad));
  }

  private void java() {
    var version = Runtime.version();
    add(
        version.feature() >= 25,
        "java: %s in %s".formatted(version, System.getProperty("java.home")),
        "java: %s is too old, 25 is needed".formatted(version));
  }

  private void user() {
    add(
        "root".equals(System.getProperty("user.name")),
        "user: root",
        "user: %s, but containers need root".formatted(System.getProperty("user.name")));
  }

  private void kernel() {
    var release = System.getProperty("os.version");
    var parts = release.split("[.-]");
    var major = Integer.parseInt(parts[0]);
    var minor = parts.length > 1 ? Integer.parseInt(parts[1]) : 0;
    // openat2 came last of what is used without an alternative.
    add(
        major > 5 || (major == 5 && minor >= 6),
        "kernel: Linux " + release,
        "kernel: Linux %s is too old, 5.6 is needed".formatted(release));
    add(
        overlay(release),
        "kernel: overlay file systems",
        "kernel: no overlay file systems (neither built in nor a module)");
    add(
        Files.exists(Path.of("/proc/self/ns/net")) && Files.exists(Path.of("/proc/self/ns/pid")),
        "kernel: network and process namespaces",
        "kernel: no network or process namespaces");
  }

  private static boolean overlay(String release) {
    return text("/proc/filesystems").lines().anyMatch(line -> line.endsWith("\toverlay"))
        || text("/lib/modules/%s/modules.dep".formatted(release)).contains("/overlay.ko");
  }

  private void runtime() {
    var found =
        List.of("crun", "runc").stream()
            .flatMap(name -> RuntimeChoice.find(name).stream())
            .map(Path::toString)
            .collect(Collectors.joining(", "));
    add(!found.isEmpty(), "runtime: " + found, "runtime: neither crun nor runc is installed");
  }

  private void program(String name, String packageName) {
    var found = RuntimeChoice.find(name);
    add(
        found.isPresent(),
        name + ": " + found.map(Path::toString).orElse(""),
        "%s: not installed (package %s)".formatted(name, packageName));
  }

  private void cgroups() {
    var unified = Path.of("/sys/fs/cgroup/cgroup.controllers");
    var present = new TreeSet<String>();
    Set<String> needed;
    if (Files.exists(unified)) {
      present.addAll(List.of(text(unified.toString()).strip().split(" ")));
      needed = CONTROLLERS_V2;
    } else {
      text("/proc/cgroups")
          .lines()
          .map(line -> line.split("\t"))
          .filter(fields -> fields.length == 4 && fields[3].equals("1"))
          .filter(fields -> Files.isDirectory(Path.of("/sys/fs/cgroup", fields[0])))
          .forEach(fields -> present.add(fields[0]));
      needed = CONTROLLERS;
    }
    var missing = new TreeSet<>(needed);
    missing.removeAll(present);
    add(
        missing.isEmpty(),
        "cgroups: version %s with %s"
            .formatted(Files.exists(unified) ? "2" : "1", String.join(", ", present)),
        "cgroups: no controller for " + String.join(", ", missing));
  }

  private void seccomp() {
    var file = SeccompFile.find();
    findings.add(
        Files.exists(file)
            ? new Finding.Ok("seccomp: default profile " + file)
            : new Finding.Warn(
                "seccomp: no default profile, containers run unfiltered (package"
                    + " golang-github-containers-common has one)"));
  }

  /** A packet that one table accepts may still be dropped by another: dockerd's does. */
  private void forwarding() {
    var chain = output("nft", "list", "chain", "ip", "filter", "FORWARD");
    if (chain.contains("policy drop")) {
      findings.add(
          new Finding.Warn(
              "firewall: the chain FORWARD of table ip filter (dockerd's, as a rule) drops what"
                  + " it does not know: accept the bridges in its chain DOCKER-USER"));
    }
  }

  /** Empty when the program is missing, says no or takes too long. */
  private static String output(String... command) {
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return "";
      }
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      return "";
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  private void space() {
    var place = stateDir.toAbsolutePath();
    while (!Files.exists(place) && place.getParent() != null) {
      place = place.getParent();
    }
    try {
      var free = Files.getFileStore(place).getUsableSpace();
      var text = "disk: %d MB free under %s".formatted(free >> 20, stateDir);
      findings.add(free < LITTLE_SPACE ? new Finding.Warn(text) : new Finding.Ok(text));
    } catch (IOException failure) {
      findings.add(new Finding.Fail("disk: cannot look at %s: %s".formatted(stateDir, failure)));
    }
  }

  /** Empty when it cannot be read: what should be in it is missing then. */
  private static String text(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException _) {
      return "";
    }
  }
}
