package io.gantry.agent;

/**
 * One container engine: this host, or later a whole cluster. The edges translate to and from it and
 * do nothing else.
 */
public interface Engine {
  Containers containers();

  ContainerFiles files();

  Images images();

  Registries registries();

  Builds builds();

  Volumes volumes();

  Networks networks();

  Prunes prunes();

  /** The record's live and past entries. */
  EventLog events();

  /** Its place among other hosts. */
  default Membership membership() {
    return Membership.none();
  }

  /** What this engine is and runs on. */
  HostFacts host();
}
