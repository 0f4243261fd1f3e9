package io.gantry.agent.host.runtime;

import io.gantry.agent.host.Cgroups;
import io.gantry.agent.host.OciRuntime;
import io.gantry.agent.host.bundle.HostAbilities;
import io.gantry.agent.host.kernel.OwnMountPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The runtimes of this host, and which one containers get that name none: the one an operator
 * named, and then no other, else crun where it works, else runc. What works is found out by one
 * real container at boot ({@link RuntimeProbe}), 35 to 60 ms; no control group hierarchy is mounted
 * for it.
 *
 * @param byName of those installed
 * @param reason for the default, one sentence for the log and for {@code gantry doctor}
 */
public record RuntimeChoice(Map<String, OciRuntime> byName, String defaultName, String reason) {
  private static final List<Path> DIRECTORIES =
      List.of(
          Path.of("/usr/local/sbin"),
          Path.of("/usr/local/bin"),
          Path.of("/usr/sbin"),
          Path.of("/usr/bin"),
          Path.of("/sbin"),
          Path.of("/bin"));
  private static final List<String> PREFERENCE = List.of("crun", "runc");

  /**
   * @param named by the operator, a name or an absolute path; empty: find out
   * @param run the agent's run directory; runtimes keep their state below it
   * @param crowds where what belongs to single containers is mounted
   * @param deadline of each call of a runtime
   */
  public record Settings(
      Optional<String> named,
      Path conmon,
      Path run,
      List<OwnMountPoint> crowds,
      Duration deadline) {}

  public static RuntimeChoice make(Settings settings, HostAbilities host, Cgroups cgroups)
      throws IOException {
    var named = settings.named();
    var names = new ArrayList<String>();
    named.ifPresent(names::add);
    PREFERENCE.stream().filter(name -> !names.contains(name)).forEach(names::add);
    var byName = new LinkedHashMap<String, OciRuntime>();
    var refused = new ArrayList<String>();
    var chosen = Optional.<OciRuntime>empty();
    for (var name : names) {
      if (chosen.isEmpty() && !refused.isEmpty() && named.isPresent()) {
        throw new IOException("the runtime asked for: " + String.join("; ", refused));
      }
      var program = name.startsWith("/") ? Optional.of(Path.of(name)) : find(name);
      if (program.isEmpty()) {
        refused.add(name + " is not installed");
        continue;
      }
      var short_ = program.get().getFileName().toString();
      if (byName.containsKey(short_)) {
        continue; // what the operator named goes before what the system calls the same
      }
      if (chosen.isPresent()) {
        byName.put(short_, unproven(short_, program.get(), settings));
        continue;
      }
      chosen = working(short_, program.get(), settings, host, cgroups, refused);
      chosen.ifPresent(runtime -> byName.put(short_, runtime));
    }
    if (chosen.isEmpty()) {
      throw new IOException("no OCI runtime works on this host: " + String.join("; ", refused));
    }
    var reason =
        "%s %s passed the probe%s"
            .formatted(
                chosen.get().name(),
                chosen.get().version(),
                refused.isEmpty() ? "" : "; " + String.join("; ", refused));
    return new RuntimeChoice(Map.copyOf(byName), chosen.get().name(), reason);
  }

  /** Whether runtimes of this host are given copies of its table of mounts. */
  public static boolean copiesMounts() throws IOException {
    return HybridView.needed();
  }

  private static Optional<OciRuntime> working(
      String name,
      Path program,
      Settings settings,
      HostAbilities host,
      Cgroups cgroups,
      List<String> refused) {
    for (var quick : List.of(true, false)) {
      try {
        var runtime = runtime(name, program, quick, settings);
        new RuntimeProbe(settings.conmon(), settings.run(), host, cgroups)
            .run(runtime, settings.deadline());
        return Optional.of(runtime);
      } catch (IOException failed) {
        refused.add(
            "%s%s failed the probe: %s"
                .formatted(name, quick ? " by its files" : "", failed.getMessage()));
      }
    }
    return Optional.empty();
  }

  /** Not the default, so not worth a probe: nothing is assumed about its files. */
  private static OciRuntime unproven(String name, Path program, Settings settings)
      throws IOException {
    return runtime(name, program, false, settings);
  }

  private static CommandLineRuntime runtime(
      String name, Path program, boolean quick, Settings settings) throws IOException {
    var entrance = Entrance.DIRECT;
    if (name.equals("crun") && HybridView.needed()) {
      entrance =
          new HybridView(
              find("nsenter").orElseThrow(() -> new IOException("nsenter is not installed")),
              settings.crowds());
    }
    if (quick && name.equals("crun")) {
      entrance = new SealedEntrance(program, entrance);
    }
    return new CommandLineRuntime(
        new CommandLineRuntime.Settings(
            name,
            program,
            settings.run().resolve(name),
            version(program, settings.deadline()),
            quick,
            settings.deadline()),
        entrance);
  }

  /** The program of this name where system programs are. */
  public static Optional<Path> find(String name) {
    return DIRECTORIES.stream()
        .map(each -> each.resolve(name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** First line of {@code PROGRAM --version}, without the program's name. */
  static String version(Path program, Duration deadline) throws IOException {
    var told = ShortProgram.run(List.of(program.toString(), "--version"), Map.of(), deadline);
    return told.output().lines().findFirst().orElse("").replaceFirst("^\\S+ version ", "");
  }
}
