package io.gantry.ops;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gantry doctor}. */
@Command(
    name = "doctor",
    description = {
      "Check that this host has what Gantry needs, and that it holds nothing which no container,"
          + " volume",
      "or network of the record owns: processes, mounts, namespaces, control groups, firewall"
          + " rules,",
      "bridges, links, layers, files; that no monitor has lost its process; and, while the agent"
          + " runs,",
      "that containers which do not run hold nothing of a run.",
      "",
      "One line a check: ok, warn (works, but not as well as it could), FAIL, LEAK. Exits with 0"
          + " when",
      "there is neither FAIL nor LEAK. Works while the agent runs and while it does not.",
      ""
    })
final class DoctorCommand implements Callable<Integer> {
  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      defaultValue = "/var/lib/gantry",
      description = "Of the agent (default: ${DEFAULT-VALUE})")
  private Path stateDir = Path.of("/var/lib/gantry");

  @Option(
      names = "--run-dir",
      paramLabel = "DIR",
      defaultValue = "/run/gantry",
      description = "Of the agent (default: ${DEFAULT-VALUE})")
  private Path runDir = Path.of("/run/gantry");

  @Option(
      names = "--sweep",
      negatable = true,
      description = "Take away what leaked, but never volumes")
  private boolean sweep;

  @Option(names = "--help", usageHelp = true, description = "Print this text")
  boolean help;

  @Override
  public Integer call() throws Exception {
    var findings = new ArrayList<>(Prerequisites.check(stateDir));
    findings.forEach(finding -> System.out.println(finding.line()));
    var leaks = audit();
    if (sweep && leaks.stream().anyMatch(finding -> !finding.well())) {
      var options = new Options();
      options.stateDir = stateDir;
      options.runDir = runDir;
      try (var ports = Ports.open(options)) {
        LeakAudit.of(stateDir, runDir).sweep(ports);
      }
      leaks = audit();
    }
    leaks.forEach(finding -> System.out.println(finding.line()));
    findings.addAll(leaks);
    return findings.stream().allMatch(Finding::well) ? 0 : 1;
  }

  private List<Finding> audit() throws Exception {
    if (!Files.isDirectory(stateDir)) {
      return List.of(new Finding.Ok("no agent has run with state directory " + stateDir));
    }
    return LeakAudit.of(stateDir, runDir).findings();
  }
}
