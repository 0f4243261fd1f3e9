package io.gantry.agent.host.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Monitor;
import io.gantry.agent.host.kernel.Beneath;
import io.gantry.agent.host.kernel.Descriptor;
import io.gantry.agent.host.kernel.PolledChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The files of one monitored process: {@code containers/ID/INCARNATION/} for a run and {@code
 * containers/ID/exec/EXEC/} for an exec. conmon writes most of them.
 *
 * @param name what conmon calls the container; its exit file has this name
 */
record RunFiles(Path directory, String name) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static RunFiles ofRun(Path root, ContainerId id, long incarnation) {
    return new RunFiles(container(root, id).resolve(Long.toString(incarnation)), id.value());
  }

  static RunFiles ofExec(Path root, ContainerId id, String execId) {
    return new RunFiles(container(root, id).resolve("exec").resolve(execId), id.value());
  }

  static Path container(Path root, ContainerId id) {
    return root.resolve("containers").resolve(id.value());
  }

  /** Made by the monitor whenever the kernel has killed in the run's control group. */
  static final String OOM = "oom";

  /** The same, once this agent or an earlier one has taken note of it. */
  static final String OOM_SEEN = "oom.seen";

  private boolean outOfMemory() {
    return Files.exists(directory.resolve(OOM)) || Files.exists(directory.resolve(OOM_SEEN));
  }

  /** Packet socket for the stdio. */
  Path attach() {
    return directory.resolve("attach");
  }

  /** FIFO for commands to the monitor. */
  private Path control() {
    return directory.resolve("ctl");
  }

  /** The pid as the runtime wrote it. */
  Path pidFile() {
    return directory.resolve("pid");
  }

  Path config() {
    return directory.resolve("config.json");
  }

  /** One command to the monitor. Nobody reads it any more: an error that says so. */
  void control(String command) throws IOException {
    var descriptor = Descriptor.open(control(), Beneath.O_WRONLY | Beneath.O_NONBLOCK);
    try (var channel = new PolledChannel(descriptor)) {
      channel.write(ByteBuffer.wrap(command.getBytes(StandardCharsets.US_ASCII)));
    }
  }

  void rememberLog(LogRotation.Bounds bounds) throws IOException {
    Files.writeString(directory.resolve("log"), bounds.text());
  }

  Optional<LogRotation.Bounds> log() throws IOException {
    try {
      return LogRotation.Bounds.parse(Files.readString(directory.resolve("log")));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    }
  }

  private Path exitFile() {
    return directory.resolve(name);
  }

  private Path processFile() {
    return directory.resolve("process");
  }

  private Path monitorFile() {
    return directory.resolve("monitor");
  }

  void rememberMonitor(ProcessIdentity monitor) throws IOException {
    Files.writeString(monitorFile(), monitor.text());
  }

  void rememberProcess(ProcessIdentity process) throws IOException {
    Files.writeString(processFile(), process.text());
  }

  /**
   * Also one whose agent died before it had written down whom it started: that one has this
   * directory in its command line.
   */
  Optional<ProcessIdentity> monitor() throws IOException {
    var remembered = identity(monitorFile());
    return remembered.isPresent() || !Files.isDirectory(directory) || exit().isPresent()
        ? remembered
        : Orphan.of(directory);
  }

  Optional<ProcessIdentity> process() throws IOException {
    return identity(processFile());
  }

  private static Optional<ProcessIdentity> identity(Path file) throws IOException {
    try {
      return ProcessIdentity.parse(Files.readString(file));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    }
  }

  /** Empty: it has not ended, or its monitor ended first. */
  Optional<Monitor.Exit> exit() throws IOException {
    try {
      var code = Integer.parseInt(Files.readString(exitFile()).strip());
      var at = Files.getLastModifiedTime(exitFile()).toInstant();
      return Optional.of(new Monitor.Exit(code, outOfMemory(), at));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (NumberFormatException broken) {
      throw new IOException("no exit code in " + exitFile(), broken);
    }
  }

  /** First word of the command that a configuration or process file holds; for error texts. */
  static String program(Path configuration) throws IOException {
    JsonNode json = JSON.readTree(configuration.toFile());
    return json.path("process").path("args").path(0).asText();
  }
}
