package io.gantry.agent.host.runtime;

import org.junit.jupiter.api.Tag;

@Tag("host")
class ConmonRuncIT extends ConmonContract {
  @Override
  String runtimeName() {
    return "runc";
  }
}
