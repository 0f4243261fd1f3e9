package io.gantry.agent.engine;

import io.gantry.agent.Builds;
import io.gantry.agent.ContainerFiles;
import io.gantry.agent.Containers;
import io.gantry.agent.Engine;
import io.gantry.agent.EventLog;
import io.gantry.agent.HostFacts;
import io.gantry.agent.Images;
import io.gantry.agent.Membership;
import io.gantry.agent.Networks;
import io.gantry.agent.Prunes;
import io.gantry.agent.Registries;
import io.gantry.agent.Services;
import io.gantry.agent.Volumes;
import java.util.function.Supplier;

/** The engine of this host. */
public record LocalEngine(
    Containers containers,
    ContainerFiles files,
    Images images,
    Registries registries,
    Builds builds,
    Volumes volumes,
    Networks networks,
    Prunes prunes,
    EventLog events,
    Membership membership,
    Services services,
    Supplier<HostFacts> facts)
    implements Engine {
  @Override
  public HostFacts host() {
    return facts.get();
  }
}
