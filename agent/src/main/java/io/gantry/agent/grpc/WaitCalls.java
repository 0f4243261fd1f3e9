package io.gantry.agent.grpc;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import io.gantry.agent.Containers;
import io.gantry.protocol.v1.WaitExited;
import io.gantry.protocol.v1.WaitRegistered;
import io.gantry.protocol.v1.WaitRequest;
import io.gantry.protocol.v1.WaitResponse;

/** ContainerService.Wait. */
final class WaitCalls {
  private WaitCalls() {}

  static Source<WaitResponse, NotUsed> wait(Containers containers, Call call, WaitRequest request) {
    var condition =
        switch (request.getCondition()) {
          case WAIT_CONDITION_NOT_RUNNING -> Containers.WaitCondition.NOT_RUNNING;
          case WAIT_CONDITION_NEXT_EXIT -> Containers.WaitCondition.NEXT_EXIT;
          case WAIT_CONDITION_REMOVED -> Containers.WaitCondition.REMOVED;
          case UNRECOGNIZED ->
              throw call.invalid(
                  "invalid wait condition: %d".formatted(request.getConditionValue()));
        };
    var responses =
        call.value(containers.await(request.getContainer(), condition), WaitCalls::responses);
    return Source.completionStageSource(responses).mapMaterializedValue(_ -> NotUsed.getInstance());
  }

  private static Source<WaitResponse, NotUsed> responses(Containers.PendingExit pending) {
    var registered =
        WaitResponse.newBuilder().setRegistered(WaitRegistered.getDefaultInstance()).build();
    return Source.single(registered).concat(pending.result().map(WaitCalls::exited));
  }

  private static WaitResponse exited(Containers.ExitResult result) {
    return WaitResponse.newBuilder()
        .setExited(WaitExited.newBuilder().setCode(result.code()).setError(result.error()))
        .build();
  }
}
