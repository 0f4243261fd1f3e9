package io.gantry.persistence.record;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;

/** Actor systems for tests, with their record in a given directory. */
final class Systems {
  private Systems() {}

  static ActorTestKit on(Path directory) {
    return on(directory, "");
  }

  static ActorTestKit on(Path directory, String settings) {
    return ActorTestKit.create("record-test", config(directory, settings));
  }

  static Config config(Path directory, String settings) {
    return ConfigFactory.parseString(settings)
        .withFallback(
            ConfigFactory.parseString(
                """
                gantry.record.directory = "%s"
                akka.loglevel = WARNING
                akka.log-dead-letters = off
                akka.test.single-expect-default = 20s
                akka.actor.testkit.typed.single-expect-default = 20s
                akka.persistence.journal.plugin = gantry.record.journal
                akka.persistence.snapshot-store.plugin = gantry.record.snapshot
                """
                    .formatted(directory)))
        .withFallback(ConfigFactory.load());
  }

  /** The defaults but for {@code record}, settings under {@code gantry.record}. */
  static RecordSettings settings(Path directory, String record) {
    return RecordSettings.from(config(directory, "gantry.record " + record));
  }
}
