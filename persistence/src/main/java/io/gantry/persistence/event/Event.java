package io.gantry.persistence.event;

/** A fact of the record. One sealed family per kind of entity. */
public sealed interface Event
    permits ContainerEvent,
        ImageEvent,
        PullEvent,
        PushEvent,
        BuildEvent,
        VolumeEvent,
        NetworkEvent,
        HostEvent {
  /** True for the last event an entity ever has: nothing needs to be rebuilt from it afterwards. */
  default boolean endsEntity() {
    return false;
  }
}
