package io.gantry.cluster.peer;

import akka.serialization.SerializerWithStringManifest;
import com.google.protobuf.InvalidProtocolBufferException;
import io.gantry.protocol.v1.PeerMessage;
import java.io.NotSerializableException;

/**
 * {@link PeerMessage} between actor systems. Its identifier and manifest are part of what hosts say
 * to each other: they never change.
 */
public final class PeerMessageSerializer extends SerializerWithStringManifest {
  static final int IDENTIFIER = 428_001;
  static final String MANIFEST = "p";

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object message) {
    return MANIFEST;
  }

  @Override
  public byte[] toBinary(Object message) {
    return ((PeerMessage) message).toByteArray();
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    if (!manifest.equals(MANIFEST)) {
      throw new NotSerializableException(
          "a message of another host has manifest \"%s\", which this release does not know"
              .formatted(manifest));
    }
    try {
      var message = PeerMessage.parseFrom(bytes);
      if (!Protocol.understands(message.getProtocol())) {
        throw new NotSerializableException(
            "a message of another host has protocol %d, older than %d"
                .formatted(message.getProtocol(), Protocol.OLDEST));
      }
      return message;
    } catch (InvalidProtocolBufferException damaged) {
      throw new NotSerializableException(
          "a message of another host cannot be read: " + damaged.getMessage());
    }
  }
}
