package io.gantry.agent.docker.json;

import io.gantry.protocol.v1.Volume;
import io.gantry.protocol.v1.VolumeSpec;
import java.util.OptionalLong;

/** A volume: what a request asks for, and what lists and inspects show. */
public final class VolumeJson {
  private VolumeJson() {}

  public static VolumeSpec read(JsonObject body) {
    return VolumeSpec.newBuilder()
        .setName(body.textOr("Name", ""))
        .setDriver(body.textOr("Driver", ""))
        .putAllDriverOptions(body.texts("DriverOpts"))
        .putAllLabels(body.texts("Labels"))
        .build();
  }

  public static String driver(Volume volume) {
    return HostConfigJson.orElse(volume.getSpec().getDriver(), "local");
  }

  /**
   * @param bytes on disk, where they were asked for
   */
  public static void write(JsonWriter json, Volume volume, OptionalLong bytes) {
    var spec = volume.getSpec();
    json.object(
        () -> {
          json.time("CreatedAt", volume.getCreatedAt());
          json.text("Driver", driver(volume));
          json.mapOrNull("Labels", spec.getLabelsMap());
          json.text("Mountpoint", volume.getMountpoint());
          json.text("Name", spec.getName());
          json.mapOrNull("Options", spec.getDriverOptionsMap());
          json.text("Scope", "local");
          if (bytes.isPresent()) {
            json.object(
                "UsageData",
                () -> {
                  json.number("RefCount", volume.getUsedByCount());
                  json.number("Size", bytes.getAsLong());
                });
          }
        });
  }
}
