package io.gantry.agent.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.ContainerId;
import org.junit.jupiter.api.Test;

class PendingAttachmentsTest {
  private final PendingAttachments attachments = new PendingAttachments();
  private final ContainerId id = ContainerId.random();

  @Test
  void whoWaitsForAContainerThatGoesHearsIt() {
    var console = attachments.next(id).toCompletableFuture();
    attachments.giveUp(ContainerId.random(), "another");
    assertThat(console).isNotDone();
    attachments.giveUp(id, "removed");
    assertThat(console).isCompletedExceptionally();
  }
}
