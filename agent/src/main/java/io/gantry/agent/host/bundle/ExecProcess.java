package io.gantry.agent.host.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.protocol.v1.ExecSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The process of an exec: like the container's own, but for what the exec asks for. */
public final class ExecProcess {
  private static final String PART = "exec.json";

  private ExecProcess() {}

  /** Writes the small part of a configuration that execs need next to it. */
  static void remember(Path bundle, ObjectNode configuration) throws IOException {
    var part = Json.object();
    part.set("process", configuration.path("process"));
    part.set("root", configuration.path("root"));
    Files.write(bundle.resolve(PART), Json.MAPPER.writeValueAsBytes(part));
  }

  /**
   * @param bundle of the container's run
   * @param environment the container's
   */
  public static byte[] write(
      Path bundle, ExecSpec spec, Map<String, String> environment, HostAbilities host)
      throws IOException {
    var configuration = Json.MAPPER.readTree(bundle.resolve(PART).toFile());
    var users =
        spec.getUser().isEmpty()
            ? UserDatabase.EMPTY
            : UserDatabase.read(Path.of(configuration.path("root").path("path").asText()));
    return Json.MAPPER.writeValueAsBytes(
        json(configuration.path("process"), spec, environment, users, host.capabilities()));
  }

  static ObjectNode json(
      JsonNode container,
      ExecSpec spec,
      Map<String, String> environment,
      UserDatabase users,
      Set<Capability> held)
      throws IOException {
    ObjectNode process = container.deepCopy();
    process.remove("consoleSize");
    process.put("terminal", spec.getTty());
    if (spec.getTty() && spec.getConsoleHeight() > 0 && spec.getConsoleWidth() > 0) {
      process
          .putObject("consoleSize")
          .put("height", spec.getConsoleHeight())
          .put("width", spec.getConsoleWidth());
    }
    var home = home(container);
    var user =
        spec.getUser().isEmpty()
            ? new Identity(container.path("user").path("uid").asLong(), 0, List.of(), home)
            : Identity.resolve(spec.getUser(), List.of(), users);
    if (!spec.getUser().isEmpty()) {
      process.set("user", user.json());
    }
    process.set("args", Json.strings(spec.getCommandList()));
    var configured = new ArrayList<String>();
    container.path("env").forEach(variable -> configured.add(variable.asText()));
    process.set(
        "env",
        Json.strings(
            Environment.ofExec(configured, environment, spec.getEnvList(), spec.getTty(), user)));
    if (!spec.getWorkingDir().isEmpty()) {
      process.put("cwd", ContainerMounts.clean(spec.getWorkingDir()));
    }
    if (spec.getPrivileged()) {
      process.remove("apparmorProfile");
    }
    process.set(
        "capabilities", GrantedCapabilities.json(granted(container, spec, held), user.uid() == 0));
    return process;
  }

  private static String home(JsonNode container) {
    for (var variable : container.path("env")) {
      if (variable.asText().startsWith("HOME=")) {
        return variable.asText().substring("HOME=".length());
      }
    }
    return "/";
  }

  private static Set<Capability> granted(JsonNode container, ExecSpec spec, Set<Capability> held) {
    if (spec.getPrivileged()) {
      return held;
    }
    var granted = EnumSet.noneOf(Capability.class);
    for (var name : container.path("capabilities").path("bounding")) {
      Capability.of(name.asText()).ifPresent(granted::add);
    }
    return granted;
  }
}
