package io.gantry.agent.docker.json;

import io.gantry.agent.HostFacts;
import io.gantry.agent.Images.HistoryRow;
import io.gantry.protocol.v1.Image;
import io.gantry.protocol.v1.ImageConfig;
import java.util.List;

/** Images in lists, inspects and histories. */
public final class ImageJson {
  private ImageJson() {}

  /**
   * @param sharedBytes -1: not computed
   * @param containers that use it; -1: not counted
   * @param emptyNames an image without names has empty lists; before 1.43 it had placeholders
   */
  public static void summary(
      JsonWriter json,
      Image image,
      List<String> tags,
      long sharedBytes,
      long containers,
      boolean emptyNames) {
    json.object(
        () -> {
          json.number("Containers", containers);
          json.number("Created", image.getCreated().getSeconds());
          json.text("Id", image.getId());
          json.mapOrNull("Labels", image.getConfig().getLabelsMap());
          json.text("ParentId", image.getParentId());
          var placeholders = !emptyNames && tags.isEmpty() && image.getRepoDigestsCount() == 0;
          json.texts(
              "RepoDigests", placeholders ? List.of("<none>@<none>") : image.getRepoDigestsList());
          json.texts("RepoTags", placeholders ? List.of("<none>:<none>") : tags);
          json.number("SharedSize", sharedBytes);
          json.number("Size", image.getSizeBytes());
          if (!emptyNames) {
            json.number("VirtualSize", image.getSizeBytes());
          }
        });
  }

  /**
   * @param old with the fields that went away in 1.50
   */
  public static void inspect(JsonWriter json, Image image, HostFacts host, boolean old) {
    json.object(
        () -> {
          json.text("Id", image.getId());
          json.texts("RepoTags", image.getRepoTagsList());
          json.texts("RepoDigests", image.getRepoDigestsList());
          json.text("Parent", image.getParentId());
          json.text("Comment", image.getComment());
          if (image.hasCreated()) {
            json.time("Created", image.getCreated());
          }
          if (old) {
            json.text("Container", "");
          }
          json.text("DockerVersion", image.getDockerVersion());
          json.text("Author", image.getAuthor());
          json.object("Config", () -> config(json, image.getConfig(), old));
          // Docker left it out, and with that broke docker-compose 1.29, which reads it.
          json.object("ContainerConfig", () -> config(json, LastStep.config(image), old));
          json.text("Architecture", image.getArchitecture());
          json.textIfGiven("Variant", image.getVariant());
          json.text("Os", image.getOs());
          json.number("Size", image.getSizeBytes());
          if (old) {
            json.number("VirtualSize", image.getSizeBytes());
          }
          json.object("GraphDriver", () -> ContainerJson.graphDriver(json, host));
          json.object(
              "RootFS",
              () -> {
                json.text("Type", "layers");
                json.texts("Layers", image.getDiffIdsList());
              });
          json.object("Metadata", () -> json.time("LastTagTime", image.getLastTagged()));
        });
  }

  private static void config(JsonWriter json, ImageConfig config, boolean old) {
    if (old) {
      json.text("Hostname", "");
      json.text("Domainname", "");
      json.flag("AttachStdin", false);
      json.flag("AttachStdout", false);
      json.flag("AttachStderr", false);
      json.flag("Tty", false);
      json.flag("OpenStdin", false);
      json.flag("StdinOnce", false);
      json.text("Image", "");
    }
    json.text("User", config.getUser());
    if (config.getExposedPortsCount() > 0) {
      json.set("ExposedPorts", config.getExposedPortsList());
    }
    json.texts("Env", config.getEnvList());
    ConfigJson.list(json, "Cmd", config.hasCmd(), config.getCmd());
    if (config.hasHealthcheck()) {
      json.object("Healthcheck", () -> ConfigJson.healthcheck(json, config.getHealthcheck()));
    }
    if (config.getArgsEscaped()) {
      json.flag("ArgsEscaped", true);
    }
    if (config.getVolumesCount() > 0) {
      json.set("Volumes", config.getVolumesList());
    } else {
      json.nothing("Volumes");
    }
    json.text("WorkingDir", config.getWorkingDir());
    ConfigJson.list(json, "Entrypoint", config.hasEntrypoint(), config.getEntrypoint());
    json.textsOrNull("OnBuild", config.getOnBuildList());
    json.mapOrNull("Labels", config.getLabelsMap());
    json.textIfGiven("StopSignal", config.getStopSignal());
    if (config.hasShell()) {
      json.texts("Shell", config.getShell().getValuesList());
    }
  }

  public static void history(JsonWriter json, HistoryRow row) {
    json.object(
        () -> {
          json.text("Comment", row.comment());
          json.number("Created", row.createdSeconds());
          json.text("CreatedBy", row.createdBy());
          json.text("Id", row.id());
          json.number("Size", row.sizeBytes());
          json.textsOrNull("Tags", row.tags());
        });
  }
}
