package io.gantry.agent.image;

import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.Image;
import io.gantry.protocol.v1.ImageConfig;
import io.gantry.protocol.v1.ImageHistory;
import java.time.Instant;

/** Makes an image of one layer out of a root file system. */
record RootImport(ImageConfig config, String message, Platform platform, Instant at) {
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
