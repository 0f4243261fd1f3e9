package io.gantry.agent.host.runtime;

import io.gantry.agent.host.OciRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which OCI runtime an agent uses by default: an explicit one, else crun where it works, else runc. */
public final class RuntimeChoice {
  private static final List<Path> DIRECTORIES =
      List.of(
          Path.of("/usr/local/sbin"),
          Path.of("/usr/local/bin"),
          Path.of("/usr/sbin"),
          Path.of("/usr/bin"));

  private RuntimeChoice() {}

  /** {@code reason}: one sentence for the log and for {@code gantry doctor}. */
  public record Answer(OciRuntime runtime, String reason) {}

  /** The program of this name where system programs are. */
  public static Optional<Path> find(String name) {
    return DIRECTORIES.stream().map(each -> each.resolve(name)).filter(Files::isExecutable).findFirst();
  }

  /** First line of {@code PROGRAM --version}, without the program's name. */
  static String version(Path program, Duration deadline) throws IOException {
    var told = ShortProgram.run(List.of(program.toString(), "--version"), Map.of(), deadline);
    return told.output().lines().findFirst().orElse("").replaceFirst("^\\S+ version ", "");
  }
}
