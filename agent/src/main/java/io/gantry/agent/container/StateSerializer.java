package io.gantry.agent.container;

import akka.serialization.JSerializer;
import com.google.protobuf.InvalidProtocolBufferException;
import io.gantry.agent.container.lifecycle.State.Present;
import io.gantry.protocol.v1.ContainerSnapshot;
import org.jspecify.annotations.Nullable;

/** Lets Akka store a container's state as a {@link ContainerSnapshot}. */
public final class StateSerializer extends JSerializer {
  private static final int IDENTIFIER = 730_002;

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public boolean includeManifest() {
    return false;
  }

  @Override
  public byte[] toBinary(Object state) {
    if (state instanceof Present present) {
      return Snapshots.write(present).toByteArray();
    }
    throw new IllegalArgumentException("no snapshot is made of " + state.getClass());
  }

  @Override
  public Object fromBinaryJava(byte[] bytes, @Nullable Class<?> manifest) {
    try {
      return Snapshots.read(ContainerSnapshot.parseFrom(bytes));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("unreadable snapshot of a container", e);
    }
  }
}
