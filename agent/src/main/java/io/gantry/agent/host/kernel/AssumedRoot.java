package io.gantry.agent.host.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;

/**
 * Makes the calling thread one whose new files belong to the root of a user namespace: on a mapped
 * mount the host's own root has no id and may make nothing. What it may otherwise do stays the
 * same, because the capabilities that go with the id are taken up again (setfsuid(2),
 * capabilities(7)). To be closed on the same thread, soon.
 */
public final class AssumedRoot implements AutoCloseable {
  private static final int CAPABILITY_VERSION_3 = 0x20080522;
  private static final int HEADER_SIZE = 8;
  private static final int DATA_SIZE = 24;
  private static final int PERMITTED = 4;
  private static final int SECOND = 12;

  private AssumedRoot() {}

  public static AssumedRoot rootOf(IdRange ids) throws IOException {
    var assumed = new AssumedRoot();
    // Neither call can fail; both return what was before.
    Native.call(Call.SETFSGID, ids.first());
    Native.call(Call.SETFSUID, ids.first());
    try (var memory = new Strings()) {
      var header = memory.block(HEADER_SIZE);
      header.set(JAVA_INT, 0, CAPABILITY_VERSION_3);
      header.set(JAVA_INT, 4, 0);
      var data = memory.block(DATA_SIZE);
      SystemCallFailed.check(
          Native.call(Call.CAPGET, header.address(), data.address()), Call.CAPGET, "a thread");
      for (var half = 0; half <= SECOND; half += SECOND) {
        data.set(JAVA_INT, half, data.get(JAVA_INT, half + PERMITTED));
      }
      SystemCallFailed.check(
          Native.call(Call.CAPSET, header.address(), data.address()), Call.CAPSET, "a thread");
      return assumed;
    } catch (IOException failed) {
      assumed.close();
      throw failed;
    }
  }

  @Override
  public void close() {
    Native.call(Call.SETFSUID, 0);
    Native.call(Call.SETFSGID, 0);
  }
}
