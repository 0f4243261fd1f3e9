package io.gantry.agent.image;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Sends chosen images to whoever reads, keeping their layers for that long. */
record ArchiveSave(ImageStore store, List<ArchiveWriter.Selection> selections) {
  void to(OutputStream out) {
    try (out;
        var lease = store.layers().lease()) {
      selections.forEach(image -> image.diffIds().forEach(lease::hold));
      var buffered = new BufferedOutputStream(out, 1 << 16);
      new ArchiveWriter(store, selections).write(buffered);
      buffered.flush();
    } catch (IOException e) {
      // The reader sees a tar without its end; mostly it was the reader who left.
      LoggerFactory.getLogger(ArchiveSave.class)
          .warn("saving images ended early: {}", e.getMessage());
    }
  }
}
