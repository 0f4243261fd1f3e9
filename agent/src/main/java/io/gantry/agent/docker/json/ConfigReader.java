package io.gantry.agent.docker.json;

import io.gantry.protocol.v1.ImageConfig;

/** The body of {@code POST /commit}: a Config, as far as images have one. */
public final class ConfigReader {
  private ConfigReader() {}

  public static ImageConfig read(JsonObject body) {
    var config =
        ImageConfig.newBuilder()
            .setUser(body.textOr("User", ""))
            .addAllEnv(body.list("Env"))
            .setWorkingDir(body.textOr("WorkingDir", ""))
            .addAllExposedPorts(body.objects("ExposedPorts").keySet())
            .addAllVolumes(body.objects("Volumes").keySet())
            .putAllLabels(body.texts("Labels"))
            .setStopSignal(body.textOr("StopSignal", ""))
            .addAllOnBuild(body.list("OnBuild"));
    body.command("Entrypoint").ifPresent(config::setEntrypoint);
    body.command("Cmd").ifPresent(config::setCmd);
    body.command("Shell").ifPresent(config::setShell);
    body.object("Healthcheck").map(ContainerRequest::healthcheck).ifPresent(config::setHealthcheck);
    return config.build();
  }
}
