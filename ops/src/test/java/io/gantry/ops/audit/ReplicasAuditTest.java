package io.gantry.ops.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.ops.audit.ReplicasAudit.Told;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReplicasAuditTest {
  private static final Set<Told> TRUE =
      Set.of(new Told("t1", "1", "h1"), new Told("t2", "2", "h2"));

  private final Entries entries =
      new Entries()
          .placed("h1", "h1", 1, 4, "t1")
          .placed("h1", "h2", 2, 4, "t2")
          .replica("h1", 1, 4, "t1", 11)
          .replica("h2", 2, 4, "t2", 12);
  private final Map<String, Set<Told>> told = new HashMap<>(Map.of("h1", TRUE, "h2", TRUE));

  private List<String> complaints(String... running) {
    var alive =
        List.of(running).stream()
            .map(task -> new Alive(task.equals("t2") ? "h2" : "h1", task, Set.of(11L)))
            .toList();
    return ReplicasAudit.complaints("web", 2, entries.merged(), alive, told);
  }

  @Test
  void aServiceThatRunsOnceInEachSlotIsRight() {
    assertThat(complaints("t1", "t2")).isEmpty();
  }

  @Test
  void aSlotThatRunsNowhereIsSaid() {
    assertThat(complaints("t1")).contains("web.2: runs nowhere");
  }

  @Test
  void aReplicaTooManyIsSaid() {
    entries.placed("h1", "h1", 2, 4, "t3").replica("h1", 2, 4, "t3", 13);
    assertThat(complaints("t1", "t2", "t3"))
        .contains(
            "web.2 epoch 4 task t3 on h1, container t3: runs beside web.2 epoch 4 task t2 on h2,"
                + " container t2");
  }

  @Test
  void aSlotTooManyIsSaid() {
    entries.placed("h1", "h1", 3, 4, "t3").replica("h1", 3, 4, "t3", 13);
    assertThat(complaints("t1", "t2", "t3"))
        .contains("web.3 epoch 4 task t3 on h1, container t3: there is to be no such slot");
  }

  @Test
  void anOldReplicaThatIsLeftInsteadOfALaterOneIsSaid() {
    entries.placed("h2", "h1", 2, 5, "t3").replica("h1", 2, 5, "t3", 13);
    assertThat(complaints("t1", "t2"))
        .containsExactly("web.2 epoch 4 task t2 on h2, container t2: a later one was of epoch 5");
  }

  @Test
  void aReplicaThatNobodyPlacedThereIsSaid() {
    entries.replica("h1", 2, 4, "t3", 13);
    entries.placed("h2", "h2", 1, 4, "t4").replica("h1", 1, 3, "t4", 14);
    assertThat(complaints("t1", "t2"))
        .contains(
            "web.2 epoch 4 task t3 on h1, container t3: no record says that it was placed",
            "web.1 epoch 3 task t4 on h1, container t4: it was placed on h2 as slot 1 in epoch 4");
  }

  @Test
  void aHostThatSaysOtherwiseIsSaid() {
    told.put("h2", Set.of(new Told("t1", "1", "h1")));
    assertThat(complaints("t1", "t2")).singleElement().asString().startsWith("h2 says that");
  }
}
