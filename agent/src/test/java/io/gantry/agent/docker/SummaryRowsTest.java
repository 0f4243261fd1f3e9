package io.gantry.agent.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerState;
import io.gantry.protocol.v1.ContainerStatus;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryRowsTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  private static final Container RUNNING =
      Container.newBuilder()
          .setId("a".repeat(64))
          .setName("one")
          .setStatus(
              ContainerStatus.newBuilder()
                  .setState(ContainerState.RUNNING)
                  .setStartedAt(io.gantry.protocol.Moments.timestamp(NOON)))
          .build();

  private final SummaryRows rows = new SummaryRows();

  @Test
  void whatReadsTheSameIsNotWrittenAgain() {
    var first = rows.of(RUNNING, "image", NOON.plusSeconds(90));
    assertThat(rows.of(RUNNING, "image", NOON.plusSeconds(100))).isSameAs(first);
  }

  @Test
  void timeAnotherViewAndAnotherNameOfTheImageShow() {
    assertThat(row(RUNNING, "image", 5)).contains("Up 5 seconds", "\"Image\":\"image\"", "/one");
    assertThat(row(RUNNING, "image", 6)).contains("Up 6 seconds");
    assertThat(row(RUNNING, "other", 6)).contains("\"Image\":\"other\"");
    assertThat(row(RUNNING.toBuilder().setName("two").build(), "other", 6)).contains("/two");
  }

  @Test
  void aContainerThatHasGoneIsForgotten() {
    var first = rows.of(RUNNING, "image", NOON);
    rows.forgetOthers(List.of());
    assertThat(rows.of(RUNNING, "image", NOON)).isNotSameAs(first);
  }

  private String row(Container container, String image, int seconds) {
    return new String(rows.of(container, image, NOON.plusSeconds(seconds)), StandardCharsets.UTF_8);
  }
}
