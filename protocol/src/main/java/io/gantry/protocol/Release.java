package io.gantry.protocol;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;

/** What this build of Gantry calls itself, agent and command line alike. */
public final class Release {
  /** Three numbers, as clients of Docker expect of a server: {@code major.minor.patch}. */
  public static final String VERSION = "0.1.0";

  /** Of which state of the source it was made, short; "unknown" where the build did not say. */
  public static final String COMMIT = commit();

  private Release() {}

  private static String commit() {
    try (var written = Release.class.getResourceAsStream("release.properties")) {
      var properties = new Properties();
      if (written != null) {
        properties.load(written);
      }
      var commit = properties.getProperty("commit", "");
      return commit.matches("[0-9a-f]{7,40}") ? commit : "unknown";
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
