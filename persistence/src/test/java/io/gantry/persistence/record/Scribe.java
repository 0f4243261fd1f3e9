package io.gantry.persistence.record;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A program that writes to a record and says on stdout what was acknowledged: "ENTITY NUMBER". */
final class Scribe {
  private Scribe() {}

  /**
   * DIRECTORY WRITERS EVENTS-EACH; each writer goes on where it was when the record was last open.
   */
  public static void main(String... args) throws InterruptedException {
    int writers = Integer.parseInt(args[1]);
    int each = Integer.parseInt(args[2]);
    var threads = new ArrayList<Thread>();
    try (var store = RecordStore.open(RecordSettings.in(Path.of(args[0])))) {
      for (int writer = 0; writer < writers; writer++) {
        var entity = "s" + writer;
        long highest = store.database().read(db -> Entity.of("volume|" + entity, db)).highest();
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (long number = highest + 1; number <= highest + each; number++) {
                        Appends.now(store, entity, number, Long.toString(number));
                        System.out.println(entity + " " + number);
                      }
                    }));
      }
      for (var thread : threads) {
        thread.join();
      }
    }
  }

  /** The command that runs it in a JVM of its own. */
  static List<String> command(Path directory, int writers, int each) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--sun-misc-unsafe-memory-access=allow",
        "--enable-native-access=ALL-UNNAMED",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-Xmx128m",
        "-cp",
        classPath(),
        Scribe.class.getName(),
        directory.toString(),
        Integer.toString(writers),
        Integer.toString(each));
  }

  /** Test runners keep the class path in different places. */
  private static String classPath() {
    return Scribe.class.getClassLoader() instanceof URLClassLoader loader
        ? Arrays.stream(loader.getURLs()).map(URL::getPath).collect(Collectors.joining(":"))
        : System.getProperty("java.class.path");
  }
}
