package io.gantry.persistence.schema;

import akka.serialization.SerializerWithStringManifest;
import io.gantry.persistence.event.Recorded;

/**
 * {@link Recorded} as Akka wants it serialised wherever it is not our own journal that stores it:
 * another journal in a test, another JVM. The bytes are a {@code JournalEntry} without place and
 * hashes.
 */
public final class RecordedSerializer extends SerializerWithStringManifest {
  private static final String MANIFEST = "gantry.v1.JournalEntry";

  @Override
  public int identifier() {
    return 1_196_313_700;
  }

  @Override
  public String manifest(Object object) {
    return MANIFEST;
  }

  @Override
  public byte[] toBinary(Object object) {
    if (object instanceof Recorded<?> recorded) {
      return EventSchema.write(recorded).build().toByteArray();
    }
    throw new IllegalArgumentException(
        "cannot serialise %s: it is no Recorded".formatted(object.getClass().getName()));
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) {
    if (!manifest.equals(MANIFEST)) {
      throw new UnreadableEntryException(
          "cannot read a %s: expected a %s".formatted(manifest, MANIFEST));
    }
    return EventSchema.read(EventSchema.parse(bytes));
  }
}
