package io.gantry.persistence.record;

import akka.actor.AbstractExtensionId;
import akka.actor.ExtendedActorSystem;
import akka.actor.Extension;
import org.slf4j.LoggerFactory;

/** Opens the record once per actor system and closes it after the system's last actor. */
final class RecordExtension implements Extension {
  static final Id ID = new Id();

  private final RecordStore store;

  private RecordExtension(ExtendedActorSystem system) {
    long start = System.nanoTime();
    store = RecordStore.open(RecordSettings.from(system.settings().config()));
    // Runs when all actors have ended and before the system counts as terminated: coordinated
    // shutdown waits for it.
    system.registerOnTermination(store::close);
    LoggerFactory.getLogger(RecordStore.class)
        .info(
            "record in {} is open after {} ms: {} entries",
            store.directory(),
            (System.nanoTime() - start) / 1_000_000,
            store.last());
  }

  RecordStore store() {
    return store;
  }

  static final class Id extends AbstractExtensionId<RecordExtension> {
    private Id() {}

    @Override
    public RecordExtension createExtension(ExtendedActorSystem system) {
      return new RecordExtension(system);
    }
  }
}
