package io.gantry.cluster.peer;

import akka.serialization.SerializerWithStringManifest;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.gantry.protocol.v1.Intents;
import io.gantry.protocol.v1.PeerMessage;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.UncheckedIOException;

/**
 * {@link IntentShelf} between actor systems and on disk, as a {@link PeerMessage}. Hosts compare
 * shelves by their bytes, so equal shelves have equal bytes. Its identifier and manifest never
 * change.
 */
public final class IntentShelfSerializer extends SerializerWithStringManifest {
  static final int IDENTIFIER = 428_002;
  private static final String SHELF = "s";
  private static final String KEY = "k";

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object message) {
    return message instanceof IntentShelf.ShelfKey ? KEY : SHELF;
  }

  @Override
  public byte[] toBinary(Object object) {
    if (object instanceof IntentShelf.ShelfKey key) {
      return new byte[] {(byte) key.shelf()};
    }
    var intents = Intents.newBuilder().putAllIntents(((IntentShelf) object).intents());
    var message =
        PeerMessage.newBuilder().setProtocol(Protocol.CURRENT).setIntents(intents).build();
    var bytes = new byte[message.getSerializedSize()];
    var out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    try {
      message.writeTo(out);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes;
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    switch (manifest) {
      case KEY -> {
        if (bytes.length != 1 || bytes[0] < 0 || bytes[0] >= IntentShelf.SHELVES) {
          throw new NotSerializableException("another host names a shelf that there is not");
        }
        return new IntentShelf.ShelfKey(bytes[0]);
      }
      case SHELF -> {
        return shelf(bytes);
      }
      default ->
          throw new NotSerializableException(
              "intents of another host have manifest \"%s\", which this release does not know"
                  .formatted(manifest));
    }
  }

  private static IntentShelf shelf(byte[] bytes) throws NotSerializableException {
    try {
      var message = PeerMessage.parseFrom(bytes);
      if (!Protocol.understands(message.getProtocol())) {
        throw new NotSerializableException(
            "intents of another host have protocol %d, older than %d"
                .formatted(message.getProtocol(), Protocol.OLDEST));
      }
      return IntentShelf.of(message.getIntents().getIntentsMap());
    } catch (InvalidProtocolBufferException damaged) {
      throw new NotSerializableException(
          "intents of another host cannot be read: " + damaged.getMessage());
    }
  }
}
