package io.gantry.agent.host.overlay;

import io.gantry.agent.host.kernel.Descriptor;
import io.gantry.agent.host.kernel.Mounts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The option string of one overlay mount. Paths stand in it as they are while they fit into the one
 * page the kernel reads; else, and when a path holds a character that means something in options,
 * through {@code /proc/self/fd}, which is short and plain. Keep it open until mounted.
 */
final class OverlayOptions implements AutoCloseable {
  /**
   * index=off: the writable layer stays usable after a crash or a move of its layers. metacopy=off
   * and redirect_dir=off: what is in the writable layer is whole, so that commit, diff and export
   * can read it without overlayfs, and a hostile image cannot point into other layers. xino stays
   * as the kernel has it: layers and writable layer share one file system.
   */
  private static final String FIXED = "index=off,metacopy=off,redirect_dir=off";

  private static final String SPECIAL = ",:\\\" ";

  private final List<Descriptor> held = new ArrayList<>();
  private final String text;

  OverlayOptions(List<Path> lowestFirst, Path upper, Path work) throws IOException {
    var plain = text(lowestFirst.reversed(), upper, work);
    var special = SPECIAL.chars().anyMatch(letter -> contains(lowestFirst, upper, work, letter));
    text =
        special || plain.length() > Mounts.LONGEST_OPTIONS
            ? short_(lowestFirst, upper, work)
            : plain;
  }

  String text() {
    return text;
  }

  private String short_(List<Path> lowestFirst, Path upper, Path work) throws IOException {
    try {
      var lower = new ArrayList<Path>();
      for (var layer : lowestFirst.reversed()) {
        lower.add(hold(layer));
      }
      return text(lower, hold(upper), hold(work));
    } catch (IOException | RuntimeException failed) {
      close();
      throw failed;
    }
  }

  private Path hold(Path directory) throws IOException {
    var descriptor = Descriptor.directory(directory);
    held.add(descriptor);
    return descriptor.path();
  }

  private static boolean contains(List<Path> layers, Path upper, Path work, int letter) {
    return upper.toString().indexOf(letter) >= 0
        || work.toString().indexOf(letter) >= 0
        || layers.stream().anyMatch(layer -> layer.toString().indexOf(letter) >= 0);
  }

  private static String text(List<Path> highestFirst, Path upper, Path work) {
    var lower = highestFirst.stream().map(Path::toString).collect(Collectors.joining(":"));
    return FIXED + ",lowerdir=" + lower + ",upperdir=" + upper + ",workdir=" + work;
  }

  @Override
  public void close() {
    held.forEach(Descriptor::close);
  }
}
