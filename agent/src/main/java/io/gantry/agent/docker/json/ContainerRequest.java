package io.gantry.agent.docker.json;

import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.HealthcheckSpec;
import io.gantry.protocol.v1.LogSpec;
import io.gantry.protocol.v1.ProcessSpec;

/**
 * The body of {@code POST /containers/create}: Config, with HostConfig and NetworkingConfig inside.
 */
public final class ContainerRequest {
  private ContainerRequest() {}

  public static ContainerSpec read(JsonObject body, String platform) {
    var host = body.objectOrEmpty("HostConfig");
    var spec =
        ContainerSpec.newBuilder()
            .setImage(body.textOr("Image", ""))
            .setProcess(process(body, host))
            .putAllLabels(body.texts("Labels"))
            .setStopSignal(body.textOr("StopSignal", ""))
            .setResources(Resources.read(host))
            .setSecurity(HostConfigReader.security(host))
            .setStorage(HostConfigReader.storage(body, host))
            .setNetwork(NetworkRequest.read(body, host))
            .setRestartPolicy(HostConfigReader.restartPolicy(host))
            .setAutoRemove(host.is("AutoRemove"))
            .setRuntime(host.textOr("Runtime", ""))
            .putAllAnnotations(host.texts("Annotations"))
            .addAllOnBuild(body.list("OnBuild"))
            .setArgsEscaped(body.is("ArgsEscaped"))
            .setContainerIdFile(host.textOr("ContainerIDFile", ""))
            .setIsolation(host.textOr("Isolation", ""))
            .setPlatform(platform);
    body.integer("StopTimeout").ifPresent(spec::setStopTimeoutSeconds);
    body.object("Healthcheck").map(ContainerRequest::healthcheck).ifPresent(spec::setHealthcheck);
    host.flag("Init").ifPresent(spec::setInit);
    host.object("LogConfig").map(ContainerRequest::log).ifPresent(spec::setLog);
    body.command("Shell").ifPresent(spec::setShell);
    return spec.build();
  }

  private static ProcessSpec process(JsonObject body, JsonObject host) {
    var process =
        ProcessSpec.newBuilder()
            .addAllEnv(body.list("Env"))
            .setWorkingDir(body.textOr("WorkingDir", ""))
            .setUser(body.textOr("User", ""))
            .addAllAdditionalGroups(host.list("GroupAdd"))
            .setTty(body.is("Tty"))
            .setOpenStdin(body.is("OpenStdin"))
            .setStdinOnce(body.is("StdinOnce"))
            .setAttachStdin(body.is("AttachStdin"))
            .setAttachStdout(body.is("AttachStdout"))
            .setAttachStderr(body.is("AttachStderr"));
    body.command("Entrypoint").ifPresent(process::setEntrypoint);
    body.command("Cmd").ifPresent(process::setCmd);
    var size = Resources.consoleSize(host, "ConsoleSize");
    return process.setConsoleHeight(size.height()).setConsoleWidth(size.width()).build();
  }

  static HealthcheckSpec healthcheck(JsonObject check) {
    var spec =
        HealthcheckSpec.newBuilder()
            .setIntervalNanos(check.numberOr("Interval", 0))
            .setTimeoutNanos(check.numberOr("Timeout", 0))
            .setStartPeriodNanos(check.numberOr("StartPeriod", 0))
            .setStartIntervalNanos(check.numberOr("StartInterval", 0))
            .setRetries(check.integer("Retries").orElse(0));
    check.listIfGiven("Test").ifPresent(spec::setTest);
    return spec.build();
  }

  private static LogSpec log(JsonObject log) {
    return LogSpec.newBuilder()
        .setDriver(log.textOr("Type", ""))
        .putAllOptions(log.texts("Config"))
        .build();
  }
}
