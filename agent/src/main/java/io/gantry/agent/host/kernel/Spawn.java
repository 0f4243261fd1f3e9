package io.gantry.agent.host.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A program to start by posix_spawn(3), which neither copies the agent's memory nor runs Java in
 * the child. The program gets the descriptors it is given and no others; of 0, 1 and 2 what is not
 * given is /dev/null. Signals are as in a fresh process: none blocked, none ignored.
 *
 * @param command an absolute path and its arguments
 * @param environment the whole of it; nothing is inherited
 * @param directory where it starts; empty: where the agent is
 * @param descriptors number in the child to descriptor here; the caller closes its own afterwards
 * @param newSession it leads a session and a process group of its own (setsid)
 */
public record Spawn(
    List<String> command,
    Map<String, String> environment,
    Optional<Path> directory,
    Map<Integer, Descriptor> descriptors,
    boolean newSession) {

  public Spawn {
    if (command.isEmpty() || !command.getFirst().startsWith("/")) {
      throw new IllegalArgumentException("a command starts with an absolute path: " + command);
    }
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
    descriptors = Map.copyOf(descriptors);
  }

  public static Spawn of(List<String> command) {
    return new Spawn(command, Map.of(), Optional.empty(), Map.of(), false);
  }

  public Spawn environment(Map<String, String> variables) {
    return new Spawn(command, variables, directory, descriptors, newSession);
  }

  public Spawn in(Path workingDirectory) {
    return new Spawn(command, environment, Optional.of(workingDirectory), descriptors, newSession);
  }

  /** {@code number} in the child is {@code descriptor} here. */
  public Spawn give(int number, Descriptor descriptor) {
    var given = new LinkedHashMap<>(descriptors);
    given.put(number, descriptor);
    return new Spawn(command, environment, directory, given, newSession);
  }

  public Spawn inNewSession() {
    return new Spawn(command, environment, directory, descriptors, true);
  }

  /**
   * Starts it. When the program cannot be executed this fails with the reason, and no process is
   * left.
   */
  public ChildProcess start() throws IOException {
    var pid = Blocking.run(this::launch);
    return ChildProcess.watch(pid, command.getFirst());
  }

  private long launch() throws IOException {
    try (var memory = new Strings();
        var actions = new SpawnActions(memory);
        var attributes = new SpawnAttributes(memory, newSession)) {
      actions.pass(descriptors);
      directory.ifPresent(where -> actions.changeDirectory(where.toString()));
      var pid = memory.block(JAVA_INT.byteSize());
      var errno =
          (int)
              Native.function(
                  SpawnFunctions.SPAWN,
                  pid.address(),
                  memory.at(command.getFirst()),
                  actions.address(),
                  attributes.address(),
                  memory.vector(command),
                  memory.vector(variables()));
      if (errno != 0) {
        throw new SystemCallFailed(
            "start " + command.getFirst() + directory.map(where -> " in " + where).orElse(""),
            errno);
      }
      return pid.get(JAVA_INT, 0);
    }
  }

  private List<String> variables() {
    var variables = new ArrayList<String>(environment.size());
    environment.forEach((name, value) -> variables.add(name + "=" + value));
    return variables;
  }
}
