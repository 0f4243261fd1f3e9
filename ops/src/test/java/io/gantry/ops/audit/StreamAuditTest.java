package io.gantry.ops.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StreamAuditTest {
  private final Entries entries =
      new Entries().running("h1", "a", 1).running("h2", "b", 2).exited("h1", "a", 1);
  private final List<HostEntry> followed = new ArrayList<>(entries.merged());

  private List<String> complaints() {
    return StreamAudit.complaints(entries.own(), followed);
  }

  @Test
  void aStreamThatHasEachHostsRecordOnceAndInItsOrderIsRight() {
    assertThat(complaints()).isEmpty();
  }

  @Test
  void partsOfDifferentHostsComeAsTheyArrive() {
    followed.sort((one, other) -> other.host().compareTo(one.host()));
    assertThat(complaints()).isEmpty();
  }

  @Test
  void anEntryThatIsMissingIsSaid() {
    followed.remove(1);
    assertThat(complaints()).containsExactly("h1 3:1 container_started: came, but 2 to 2 did not");
  }

  @Test
  void anEndThatIsMissingIsSaid() {
    followed.removeLast();
    assertThat(complaints()).containsExactly("h1: 4 to 4 never came");
  }

  @Test
  void anEntryThatComesTwiceIsSaid() {
    followed.add(2, followed.get(1));
    followed.add(followed.getFirst());
    assertThat(complaints())
        .containsExactly(
            "h1 2:1 container_start_requested: came again, or late: the reader was at 2",
            "h1 1:1 container_created: came again, or late: the reader was at 4");
  }

  @Test
  void anEntryThatIsNotTheHostsIsSaid() {
    var other =
        followed.getLast().entry().toBuilder().setHash(ByteString.copyFromUtf8("x")).build();
    followed.set(followed.size() - 1, new HostEntry("h1", other));
    followed.add(new HostEntry("h3", other));
    assertThat(complaints())
        .containsExactly(
            "h1 4:1 container_exited: is not what its host has in its record",
            "h3 4:1 container_exited: was followed, but there is no such host");
  }

  @Test
  void aRecordWithAGapOrABrokenChainIsSaid() {
    var own = new ArrayList<>(entries.own().get("h1"));
    own.set(2, own.get(2).toBuilder().setPreviousHash(ByteString.EMPTY).build());
    assertThat(StreamAudit.complaints(Map.of("h1", own, "h2", entries.own().get("h2")), followed))
        .containsExactly("h1 3:1 container_started: does not follow the entry before it");
    own.remove(1);
    assertThat(StreamAudit.complaints(Map.of("h1", own), List.of()))
        .contains("h1 3:1 container_started: is at place 2 of its host's record");
  }
}
