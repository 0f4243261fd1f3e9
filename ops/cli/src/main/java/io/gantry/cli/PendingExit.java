package io.gantry.cli;

import io.gantry.protocol.v1.WaitCondition;
import io.gantry.protocol.v1.WaitRequest;
import io.gantry.protocol.v1.WaitResponse;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;

/** A wait that is registered with the agent: no exit after {@link #register} is missed. */
final class PendingExit implements StreamObserver<WaitResponse> {
  private final CompletableFuture<Void> registered = new CompletableFuture<>();
  private final CompletableFuture<Integer> exit = new CompletableFuture<>();

  private PendingExit() {}

  static PendingExit register(Session session, String container, WaitCondition condition) {
    var pending = new PendingExit();
    session
        .containerStreams()
        .wait(
            WaitRequest.newBuilder().setContainer(container).setCondition(condition).build(),
            pending);
    Conversation.join(pending.registered);
    return pending;
  }

  CompletableFuture<Integer> exit() {
    return exit;
  }

  @Override
  public void onNext(WaitResponse response) {
    switch (response.getEventCase()) {
      case REGISTERED -> registered.complete(null);
      case EXITED -> {
        if (response.getExited().getError().isEmpty()) {
          exit.complete(response.getExited().getCode());
        } else {
          exit.completeExceptionally(new Failure(response.getExited().getError()));
        }
      }
      case EVENT_NOT_SET -> {}
    }
  }

  @Override
  public void onError(Throwable failure) {
    registered.completeExceptionally(failure);
    exit.completeExceptionally(failure);
  }

  @Override
  public void onCompleted() {
    exit.completeExceptionally(new Failure("the agent ended the wait without an exit code"));
  }
}
