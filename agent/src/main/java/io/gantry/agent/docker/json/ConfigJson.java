package io.gantry.agent.docker.json;

import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.HealthcheckSpec;
import io.gantry.protocol.v1.StringList;

/** Config as a container's inspect shows it. */
final class ConfigJson {
  private ConfigJson() {}

  static void write(JsonWriter json, String id, ContainerSpec spec) {
    var process = spec.getProcess();
    var network = spec.getNetwork();
    var hostname = network.getHostname();
    json.text(
        "Hostname", hostname.isEmpty() ? id.substring(0, Math.min(12, id.length())) : hostname);
    json.text("Domainname", network.getDomainname());
    json.text("User", process.getUser());
    json.flag("AttachStdin", process.getAttachStdin());
    json.flag("AttachStdout", process.getAttachStdout());
    json.flag("AttachStderr", process.getAttachStderr());
    if (network.getExposedPortsCount() > 0) {
      json.set("ExposedPorts", network.getExposedPortsList());
    }
    json.flag("Tty", process.getTty());
    json.flag("OpenStdin", process.getOpenStdin());
    json.flag("StdinOnce", process.getStdinOnce());
    json.textsOrNull("Env", process.getEnvList());
    list(json, "Cmd", process.hasCmd(), process.getCmd());
    if (spec.hasHealthcheck()) {
      json.object("Healthcheck", () -> healthcheck(json, spec.getHealthcheck()));
    }
    if (spec.getArgsEscaped()) {
      json.flag("ArgsEscaped", true);
    }
    json.text("Image", spec.getImage());
    if (spec.getStorage().getVolumesCount() > 0) {
      json.set("Volumes", spec.getStorage().getVolumesList());
    } else {
      json.nothing("Volumes");
    }
    json.text("WorkingDir", process.getWorkingDir());
    list(json, "Entrypoint", process.hasEntrypoint(), process.getEntrypoint());
    if (network.getNetworkDisabled()) {
      json.flag("NetworkDisabled", true);
    }
    json.textIfGiven("MacAddress", network.getMacAddress());
    json.textsOrNull("OnBuild", spec.getOnBuildList());
    json.map("Labels", spec.getLabelsMap());
    json.textIfGiven("StopSignal", spec.getStopSignal());
    if (spec.hasStopTimeoutSeconds()) {
      json.number("StopTimeout", spec.getStopTimeoutSeconds());
    }
    if (spec.hasShell()) {
      json.texts("Shell", spec.getShell().getValuesList());
    }
  }

  static void list(JsonWriter json, String name, boolean given, StringList list) {
    if (given) {
      json.texts(name, list.getValuesList());
    } else {
      json.nothing(name);
    }
  }

  static void healthcheck(JsonWriter json, HealthcheckSpec check) {
    if (check.hasTest()) {
      json.texts("Test", check.getTest().getValuesList());
    }
    duration(json, "Interval", check.getIntervalNanos());
    duration(json, "Timeout", check.getTimeoutNanos());
    duration(json, "StartPeriod", check.getStartPeriodNanos());
    duration(json, "StartInterval", check.getStartIntervalNanos());
    duration(json, "Retries", check.getRetries());
  }

  private static void duration(JsonWriter json, String name, long value) {
    if (value != 0) {
      json.number(name, value);
    }
  }
}
