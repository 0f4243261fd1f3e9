package io.gantry.agent.docker.json;

import io.gantry.agent.ContainerFiles.PathStat;
import java.util.Base64;

/** X-Docker-Container-Path-Stat: JSON in base64, whose mode has the bits of Go's os.FileMode. */
public final class PathStatJson {
  private static final int TYPE = 0170000;

  private PathStatJson() {}

  public static String encoded(PathStat stat) {
    var json =
        JsonWriter.render(
            writer ->
                writer.object(
                    () -> {
                      writer.text("name", stat.name());
                      writer.number("size", stat.size());
                      writer.number("mode", goMode(stat.mode()));
                      writer.text("mtime", Times.rfc3339(stat.modified()));
                      writer.text("linkTarget", stat.linkTarget());
                    }));
    return Base64.getEncoder().encodeToString(json.toArray());
  }

  static long goMode(int mode) {
    var type =
        switch (mode & TYPE) {
          case 0040000 -> 1L << 31;
          case 0120000 -> 1L << 27;
          case 0060000 -> 1L << 26;
          case 0020000 -> 1L << 26 | 1L << 21;
          case 0010000 -> 1L << 25;
          case 0140000 -> 1L << 24;
          default -> 0L;
        };
    return type
        | (mode & 0777)
        | ((mode & 04000) != 0 ? 1L << 23 : 0)
        | ((mode & 02000) != 0 ? 1L << 22 : 0)
        | ((mode & 01000) != 0 ? 1L << 20 : 0);
  }
}
