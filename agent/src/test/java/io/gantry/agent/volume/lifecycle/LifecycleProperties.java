package io.gantry.agent.volume.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.persistence.event.VolumeEvent;
import io.gantry.protocol.v1.VolumeSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class LifecycleProperties {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  private static final VolumeSpec SPEC =
      VolumeSpec.newBuilder().setName("web").setDriver("local").build();

  @Property
  void aReplayGivesTheSameStateAndAClaimedVolumeIsNeverRemoved(
      @ForAll("requests") List<Request> requests) {
    State live = new State.Absent();
    var journal = new ArrayList<VolumeEvent>();
    for (var request : requests) {
      if (Lifecycle.decide("web", live, request) instanceof Decision.Accepted(var event)) {
        if (event instanceof VolumeEvent.RemoveRequested) {
          assertThat(((State.Present) live).volume().getUsedByList()).isEmpty();
        }
        journal.add(event);
        live = Lifecycle.apply(live, event);
      }
    }
    State replayed = new State.Absent();
    for (var event : journal) {
      replayed = Lifecycle.apply(replayed, event);
    }
    assertThat(replayed).isEqualTo(live);
  }

  @Property
  void everyEventIsAcceptedInEveryState(@ForAll("events") List<VolumeEvent> events) {
    State state = new State.Absent();
    for (var event : events) {
      state = Lifecycle.apply(state, event);
      assertThat(state).isNotNull();
    }
  }

  @Provide
  Arbitrary<List<Request>> requests() {
    var user = Arbitraries.of("c1", "c2");
    return Arbitraries.<Request>oneOf(
            Arbitraries.just(new Request.Create(SPEC, NOON)),
            user.map(id -> new Request.Claim(id, NOON)),
            user.map(id -> new Request.Unclaim(id, NOON)),
            user.map(id -> new Request.NoteMounted(id, "/x", true, NOON)),
            Arbitraries.of(true, false).map(force -> new Request.Remove(force, NOON)))
        .list()
        .ofMaxSize(20);
  }

  @Provide
  Arbitrary<List<VolumeEvent>> events() {
    var user = Arbitraries.of("c1", "c2");
    return Arbitraries.<VolumeEvent>oneOf(
            Arbitraries.just(new VolumeEvent.Created(SPEC, NOON)),
            Arbitraries.just(new VolumeEvent.Removed(NOON)),
            Arbitraries.just(new VolumeEvent.RemoveRequested(NOON)),
            user.map(id -> new VolumeEvent.Claimed(id, NOON)),
            user.map(id -> new VolumeEvent.Unclaimed(id, NOON)),
            user.map(id -> new VolumeEvent.Mounted(id, "/x", true, NOON)),
            user.map(id -> new VolumeEvent.Unmounted(id, NOON)))
        .list()
        .ofMaxSize(20);
  }
}
