package io.gantry.agent.volume.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.volume.lifecycle.Decision.Accepted;
import io.gantry.agent.volume.lifecycle.Decision.DeleteAgain;
import io.gantry.agent.volume.lifecycle.Decision.Refused;
import io.gantry.agent.volume.lifecycle.Decision.Unchanged;
import io.gantry.persistence.event.VolumeEvent;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.VolumeSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every request in every state. */
class LifecycleTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  private static final VolumeSpec SPEC =
      VolumeSpec.newBuilder().setName("web").setDriver("local").build();
  private static final String USER = "c1";

  private static final State ABSENT = new State.Absent();
  private static final State FREE = after(new VolumeEvent.Created(SPEC, NOON));
  private static final State USED =
      after(new VolumeEvent.Created(SPEC, NOON), new VolumeEvent.Claimed(USER, NOON));
  private static final State REMOVING =
      after(new VolumeEvent.Created(SPEC, NOON), new VolumeEvent.RemoveRequested(NOON));

  private static final Map<String, Request> REQUESTS =
      Map.of(
          "create", new Request.Create(SPEC, NOON),
          "claim", new Request.Claim(USER, NOON),
          "unclaim", new Request.Unclaim(USER, NOON),
          "remove", new Request.Remove(false, NOON),
          "remove --force", new Request.Remove(true, NOON),
          "mounted", new Request.NoteMounted(USER, "/x", true, NOON),
          "unmounted", new Request.NoteUnmounted(USER, NOON));

  private record Row(
      String request, Decision absent, Decision free, Decision used, Decision removing) {}

  private static final Decision NOTHING = new Unchanged();
  private static final Decision UNKNOWN =
      new Refused(ErrorKind.NOT_FOUND, "get web: no such volume");
  private static final Decision MOUNTED =
      new Accepted(new VolumeEvent.Mounted(USER, "/x", true, NOON));
  private static final Decision UNMOUNTED = new Accepted(new VolumeEvent.Unmounted(USER, NOON));
  private static final Decision REMOVE = new Accepted(new VolumeEvent.RemoveRequested(NOON));
  private static final Decision IN_USE =
      new Refused(ErrorKind.CONFLICT, "remove web: volume is in use - [c1]");

  private static final List<Row> TABLE =
      List.of(
          new Row(
              "create",
              new Accepted(new VolumeEvent.Created(SPEC, NOON)),
              NOTHING,
              NOTHING,
              new Refused(ErrorKind.CONFLICT, "create web: volume is being removed")),
          new Row(
              "claim",
              UNKNOWN,
              new Accepted(new VolumeEvent.Claimed(USER, NOON)),
              NOTHING,
              UNKNOWN),
          new Row(
              "unclaim",
              NOTHING,
              NOTHING,
              new Accepted(new VolumeEvent.Unclaimed(USER, NOON)),
              NOTHING),
          new Row("remove", UNKNOWN, REMOVE, IN_USE, new DeleteAgain()),
          new Row("remove --force", NOTHING, REMOVE, IN_USE, new DeleteAgain()),
          new Row("mounted", NOTHING, MOUNTED, MOUNTED, NOTHING),
          new Row("unmounted", NOTHING, NOTHING, NOTHING, NOTHING));

  private static State after(VolumeEvent... events) {
    State state = new State.Absent();
    for (var event : events) {
      state = Lifecycle.apply(state, event);
    }
    return state;
  }

  @TestFactory
  Stream<DynamicTest> everyRequestInEveryStateIsDecidedAsTheTableSays() {
    return TABLE.stream()
        .flatMap(
            row ->
                Stream.of(
                    check(row.request(), "absent", ABSENT, row.absent()),
                    check(row.request(), "free", FREE, row.free()),
                    check(row.request(), "used", USED, row.used()),
                    check(row.request(), "removing", REMOVING, row.removing())));
  }

  private static DynamicTest check(String request, String phase, State state, Decision expected) {
    return DynamicTest.dynamicTest(
        request + " when " + phase,
        () ->
            assertThat(Lifecycle.decide("web", state, REQUESTS.get(request))).isEqualTo(expected));
  }

  @Test
  void theTableHasEveryRequest() {
    assertThat(TABLE)
        .extracting(Row::request)
        .containsExactlyInAnyOrderElementsOf(REQUESTS.keySet());
  }

  @Test
  void aMountIsRememberedUntilTheClaimEnds() {
    var mounted = Lifecycle.apply(USED, new VolumeEvent.Mounted(USER, "/x", true, NOON));
    var unmounted = Lifecycle.apply(mounted, new VolumeEvent.Unmounted(USER, NOON));

    assertThat(((State.Present) unmounted).mountedBy()).containsExactly(USER);
    var ended = new Request.NoteUnmounted(USER, NOON);
    assertThat(Lifecycle.decide("web", mounted, ended)).isEqualTo(UNMOUNTED);
    assertThat(Lifecycle.decide("web", unmounted, ended)).isEqualTo(NOTHING);
    assertThat(Lifecycle.apply(unmounted, new VolumeEvent.Unclaimed(USER, NOON))).isEqualTo(FREE);
  }

  @Test
  void onceDeletedItIsAbsent() {
    assertThat(Lifecycle.apply(REMOVING, Lifecycle.deleted(NOON))).isEqualTo(ABSENT);
  }
}
