package io.gantry.agent.host.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gantry.agent.ContainerId;
import io.gantry.agent.host.OciRuntime;
import io.gantry.agent.host.bundle.Resources;
import io.gantry.protocol.v1.ResourceSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An OCI runtime: its files where they are known and suffice, else its program. */
public final class CommandLineRuntime implements OciRuntime {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * @param name "crun", "runc" or what an operator calls it
   * @param native_ files are used; false: the program does everything
   * @param deadline for each call of the program
   */
  public record Settings(
      String name, Path program, Path root, String version, boolean native_, Duration deadline) {}

  private final Settings settings;
  private final Flavour flavour;
  private final Entrance entrance;
  private final NativeDelete nativeDelete;

  public CommandLineRuntime(Settings settings, Entrance entrance) throws IOException {
    this.settings = settings;
    this.flavour = settings.native_() ? Flavour.of(settings.name()) : Flavour.UNKNOWN;
    this.entrance = entrance;
    this.nativeDelete = new NativeDelete(settings.root());
    Files.createDirectories(settings.root());
  }

  @Override
  public String name() {
    return settings.name();
  }

  @Override
  public Path program() {
    return settings.program();
  }

  @Override
  public Path root() {
    return settings.root();
  }

  @Override
  public String version() {
    return settings.version();
  }

  @Override
  public Invocation invocation() throws IOException {
    return by(entrance.enter(settings.program().toString()));
  }

  @Override
  public Invocation invocationForCreate(List<Path> paths) throws IOException {
    return by(entrance.enterCreating(settings.program().toString(), paths));
  }

  /** What is not known by its files is not known to need less either. */
  @Override
  public Invocation invocationForExec() throws IOException {
    return settings.native_()
        ? by(entrance.enterRunning(settings.program().toString()))
        : invocation();
  }

  private Invocation by(Entrance.Entered entered) {
    var command = new ArrayList<>(entered.command());
    command.add("--root");
    command.add(settings.root().toString());
    return new Invocation(command, environment(), entered.release());
  }

  /** A runtime written in Go lives too shortly to collect garbage. */
  private static Map<String, String> environment() {
    return Map.of(
        "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "GOGC", "off");
  }

  @Override
  public void start(ContainerId id) throws IOException {
    switch (flavour.release()) {
      case READ, WRITE -> StartSignal.send(directory(id), flavour.release());
      case PROGRAM -> call("start", id.value());
    }
  }

  @Override
  public void kill(ContainerId id, int signal, boolean all) throws IOException {
    var init = all ? Optional.<ProcessIdentity>empty() : init(id);
    if (init.isEmpty()) {
      var arguments = new ArrayList<>(List.of("kill"));
      if (all) {
        arguments.add("--all");
      }
      arguments.addAll(List.of(id.value(), Integer.toString(signal)));
      call(arguments.toArray(String[]::new));
    } else if (!init.get().signal(signal)) {
      throw new IOException("cannot signal container %s: it is not running".formatted(id));
    }
  }

  @Override
  public void delete(ContainerId id) throws IOException {
    if (!Files.exists(directory(id))) {
      return;
    }
    var state = stateFile(id);
    if (state.isPresent() && nativeDelete.delete(flavour, state.get(), directory(id))) {
      return;
    }
    call("delete", "--force", id.value());
  }

  @Override
  public void forget(ContainerId id) throws IOException {
    if (Files.exists(directory(id))) {
      Trees.delete(directory(id));
    }
  }

  @Override
  public void update(ContainerId id, ResourceSpec resources) throws IOException {
    var file = Files.createTempFile(settings.root(), "update", ".json");
    try {
      JSON.writeValue(file.toFile(), Resources.of(resources));
      call("update", "--resources", file.toString(), id.value());
    } finally {
      Files.deleteIfExists(file);
    }
  }

  @Override
  public Optional<State> state(ContainerId id) throws IOException {
    if (!Files.exists(directory(id))) {
      return Optional.empty();
    }
    var init = init(id);
    if (init.isPresent()) {
      if (!init.get().alive()) {
        return Optional.of(new State("stopped", 0));
      }
      var waits = Files.exists(directory(id).resolve(StartSignal.FIFO));
      return Optional.of(new State(waits ? "created" : "running", init.get().pid()));
    }
    var told = JSON.readTree(call("state", id.value()));
    return Optional.of(new State(told.path("status").asText(), told.path("pid").asLong()));
  }

  private Path directory(ContainerId id) {
    return settings.root().resolve(id.value());
  }

  private Optional<ProcessIdentity> init(ContainerId id) throws IOException {
    return stateFile(id).flatMap(flavour::init);
  }

  /** Empty: the runtime's files are not known, or it was interrupted before it wrote this one. */
  private Optional<JsonNode> stateFile(ContainerId id) throws IOException {
    if (flavour == Flavour.UNKNOWN) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readTree(flavour.stateFile(directory(id)).toFile()));
    } catch (NoSuchFileException | java.io.FileNotFoundException | JsonProcessingException cut) {
      return Optional.empty();
    }
  }

  private String call(String... arguments) throws IOException {
    try (var invocation = invocation()) {
      var command = new ArrayList<>(invocation.command());
      command.addAll(List.of(arguments));
      var result = ShortProgram.run(command, invocation.environment(), settings.deadline());
      if (result.exitCode() != 0) {
        throw new IOException(
            "%s %s: %s"
                .formatted(
                    settings.name(),
                    String.join(" ", arguments),
                    RuntimeWords.plain(result.output())));
      }
      return result.output();
    }
  }
}
