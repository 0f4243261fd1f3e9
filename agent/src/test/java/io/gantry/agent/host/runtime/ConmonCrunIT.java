package io.gantry.agent.host.runtime;

import org.junit.jupiter.api.Tag;

@Tag("host")
class ConmonCrunIT extends ConmonContract {
  @Override
  String runtimeName() {
    return "crun";
  }
}
