package io.gantry.agent.image;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** Sends chosen images to whoever reads, keeping their layers for that long. */
record ArchiveSave(ImageStore store, List<ArchiveWriter.Selection> selections) {
  void to(OutputStream out) throws IOException {
    try (var lease = store.layers().lease()) {
      selections.forEach(image -> image.diffIds().forEach(lease::hold));
      new ArchiveWriter(store, selections).write(out);
    }
  }
}
