package io.gantry.agent.host.runtime;

import java.io.IOException;
import java.util.List;

/** How a runtime's program is entered: directly, or through another view of the host. */
public interface Entrance {
  Entrance DIRECT = () -> new Entered(List.of(), () -> {});

  Entered enter() throws IOException;

  /**
   * @param prefix a command that ends by executing what follows it
   * @param release to be run once the runtime's operation has ended
   */
  record Entered(List<String> prefix, Runnable release) {}
}
