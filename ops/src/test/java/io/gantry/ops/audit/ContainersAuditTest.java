package io.gantry.ops.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ContainersAuditTest {
  private final Entries entries = new Entries();

  private List<String> complaints(Alive... alive) {
    return ContainersAudit.complaints(entries.merged(), List.of(alive), Set.of("a"));
  }

  private static Alive alive(String host, Long... pids) {
    return new Alive(host, "a", Set.of(pids));
  }

  @Test
  void aContainerThatRunsAsItsRecordSaysIsRight() {
    entries.running("h1", "a", 7);
    assertThat(complaints(alive("h1", 7L, 8L))).isEmpty();
  }

  @Test
  void aContainerThatRanTwiceAndWasRemovedIsRight() {
    entries.running("h1", "a", 7).exited("h1", "a", 1).asked("h1", "a", 2).failed("h1", "a", 2);
    entries.asked("h1", "a", 3).exited("h1", "a", 3).removed("h1", "a");
    assertThat(complaints()).isEmpty();
  }

  @Test
  void whatWasPromisedAndIsInNoRecordIsSaid() {
    assertThat(complaints()).containsExactly("container a: was promised and is in no record");
  }

  @Test
  void whatRunsAndIsInNoRecordIsSaid() {
    assertThat(complaints(alive("h2", 7L))).contains("container a: runs on h2 and is in no record");
  }

  @Test
  void whatRunsByTheRecordOnlyIsSaid() {
    entries.running("h1", "a", 7);
    assertThat(complaints()).containsExactly("container a: runs by the record of h1 only");
  }

  @Test
  void anotherProcessThanTheRecordsIsSaid() {
    entries.running("h1", "a", 7);
    assertThat(complaints(alive("h1", 8L)))
        .containsExactly("container a: process 7 of the record is not among [8]");
  }

  @Test
  void whatRunsAfterItsEndIsSaid() {
    entries.running("h1", "a", 7).exited("h1", "a", 1);
    assertThat(complaints(alive("h1", 7L)))
        .containsExactly("container a: runs on h1, by its record it is Still[]");
  }

  @Test
  void whatRunsOnTwoHostsIsSaid() {
    entries.running("h1", "a", 7);
    assertThat(complaints(alive("h1", 7L), alive("h2", 7L)))
        .contains("container a: runs on h1 and on h2");
  }

  @Test
  void aStartWithoutAnEndIsSaid() {
    entries.created("h1", "a").asked("h1", "a", 1);
    assertThat(complaints()).containsExactly("container a: its start has no end on h1");
  }

  @Test
  void aLifeInTheWrongOrderIsSaid() {
    entries.created("h1", "a").started("h1", "a", 1, 7);
    entries.asked("h1", "a", 1).removed("h1", "a").exited("h1", "a", 1);
    assertThat(complaints())
        .containsExactly(
            "container a: h1 2:1 container_started: is of incarnation 1, and 0 was Still[]",
            "container a: h1 3:1 container_start_requested: incarnation 1 begins, and 0 was"
                + " Running[pid=7]",
            "container a: h1 4:1 container_removed: it was Starting[]",
            "container a: h1 5:1 container_exited: it was removed before",
            "container a: h1 5:1 container_exited: is of incarnation 1, and 1 was Gone[]");
  }

  @Test
  void aSecondStartOfOneIncarnationIsSaid() {
    entries.running("h1", "a", 7).started("h1", "a", 1, 8);
    assertThat(complaints(alive("h1", 8L)))
        .containsExactly(
            "container a: h1 4:1 container_started: is of incarnation 1, and 1 was"
                + " Running[pid=7]");
  }

  @Test
  void entriesOfOneContainerThatAreMissingOrOnTwoHostsAreSaid() {
    entries.running("h1", "a", 7).created("h2", "a");
    var merged = new ArrayList<>(entries.merged());
    merged.remove(1);
    assertThat(ContainersAudit.complaints(merged, List.of(alive("h1", 7L)), Set.of()))
        .contains(
            "container a: h1 3:1 container_started: is its entry 3, not 2",
            "container a: h2 1:1 container_created: it lives on h1",
            "container a: h2 1:1 container_created: it was created before");
  }
}
