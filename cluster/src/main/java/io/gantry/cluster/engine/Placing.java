package io.gantry.cluster.engine;

import io.gantry.agent.Outcome;
import io.gantry.protocol.v1.ContainerSpec;
import java.util.Optional;

/** Says where a new container is made, and of what specification. May wait. */
interface Placing {
  Outcome<Place> place(Optional<String> name, ContainerSpec spec);

  record Place(Host host, ContainerSpec spec) {}
}
