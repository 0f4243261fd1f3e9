package io.gantry.agent.host.bundle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.agent.container.Bundles.Plan;
import io.gantry.protocol.v1.ResourceSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** {@code process} of a configuration. */
final class ProcessSection {
  private ProcessSection() {}

  static ObjectNode json(
      Plan plan,
      UserDatabase users,
      Set<Capability> granted,
      SecurityOptions options,
      HostAbilities host,
      List<String> warnings)
      throws IOException {
    var process = plan.container().getSpec().getProcess();
    var resources = plan.container().getSpec().getResources();
    var user = Identity.resolve(process.getUser(), process.getAdditionalGroupsList(), users);
    var json = Json.object();
    json.put("terminal", process.getTty());
    if (process.getTty() && process.getConsoleHeight() > 0 && process.getConsoleWidth() > 0) {
      json.putObject("consoleSize")
          .put("height", process.getConsoleHeight())
          .put("width", process.getConsoleWidth());
    }
    json.set("user", user.json());
    json.set("args", Json.strings(arguments(plan)));
    json.set(
        "env",
        Json.strings(
            Environment.of(process.getEnvList(), plan.hostname(), process.getTty(), user)));
    json.put("cwd", ContainerMounts.clean(process.getWorkingDir()));
    json.set("capabilities", GrantedCapabilities.json(granted, user.uid() == 0));
    json.put("noNewPrivileges", options.noNewPrivileges());
    options.appArmor().ifPresent(profile -> json.put("apparmorProfile", profile));
    if (resources.getUlimitsCount() > 0) {
      json.set("rlimits", Limits.json(resources.getUlimitsList(), host, warnings));
    }
    oomScore(json, resources, host, warnings);
    return json;
  }

  private static List<String> arguments(Plan plan) throws IOException {
    var process = plan.container().getSpec().getProcess();
    var words = new ArrayList<String>();
    words.addAll(process.getEntrypoint().getValuesList());
    words.addAll(process.getCmd().getValuesList());
    if (words.isEmpty()) {
      throw new IOException("no command specified");
    }
    if (plan.initProgram().isPresent()) {
      words.addAll(0, List.of(ContainerMounts.INIT, "--"));
    }
    return words;
  }

  private static void oomScore(
      ObjectNode json, ResourceSpec resources, HostAbilities host, List<String> warnings) {
    var wanted = resources.getOomScoreAdj();
    if (wanted < host.oomScoreAdj() && !host.mayRaiseLimits()) {
      if (wanted != 0) {
        warnings.add(
            "This host does not allow the engine to lower the OOM score to %d; the container gets %d."
                .formatted(wanted, host.oomScoreAdj()));
      }
    } else if (wanted != 0 || host.oomScoreAdj() != 0) {
      json.put("oomScoreAdj", wanted);
    }
  }
}
