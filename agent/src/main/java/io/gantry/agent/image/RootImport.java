package io.gantry.agent.image;

import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.Image;
import io.gantry.protocol.v1.ImageConfig;
import io.gantry.protocol.v1.ImageHistory;
import java.time.Instant;
import java.util.List;

/** Makes an image of one layer out of a root file system. */
record RootImport(ImageConfig config, String message, Platform platform, Instant at) {
  /** As images name them: linux/amd64, linux/arm64/v8. */
  record Platform(String os, String architecture, String variant) {
    static Platform parse(String text) throws BadImage {
      if (text.isEmpty()) {
        return host();
      }
      var parts = text.split("/", -1);
      if (parts.length > 3 || List.of(parts).contains("")) {
        throw new BadImage(
            "\"%s\": invalid platform format, expected os[/architecture[/variant]]"
                .formatted(text));
      }
      var host = host();
      return new Platform(
          parts[0],
          parts.length > 1 ? parts[1] : host.architecture(),
          parts.length > 2 ? parts[2] : "");
    }

    static Platform host() {
      return switch (System.getProperty("os.arch", "")) {
        case "aarch64" -> new Platform("linux", "arm64", "v8");
        case "amd64", "x86_64" -> new Platform("linux", "amd64", "");
        case String other -> new Platform("linux", other, "");
      };
    }
  }

  byte[] imageOf(Layer layer) {
    var created = Moments.timestamp(at);
    var comment = message.isEmpty() ? "Imported from -" : message;
    return ConfigWriter.write(
        Image.newBuilder()
            .setArchitecture(platform.architecture())
            .setOs(platform.os())
            .setVariant(platform.variant())
            .setCreated(created)
            .setComment(comment)
            .setConfig(config)
            .addDiffIds(layer.diffId().toString())
            .addHistory(ImageHistory.newBuilder().setCreated(created).setComment(comment))
            .build());
  }
}
