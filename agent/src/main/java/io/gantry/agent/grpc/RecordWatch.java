package io.gantry.agent.grpc;

import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.grpc.javadsl.MetadataBuilder;
import akka.stream.javadsl.Source;
import io.gantry.agent.EventLog;
import io.gantry.protocol.v1.WatchRequest;
import io.gantry.protocol.v1.WatchResponse;

/** A record as {@code RecordService.Watch} tells it, for whoever is in the same process. */
public final class RecordWatch {
  private RecordWatch() {}

  /** Throws what the call would end with when the request is not understood. */
  public static Source<WatchResponse, NotUsed> of(
      ActorSystem<?> system, EventLog log, WatchRequest request) {
    return new RecordCalls(log, new Calls("gantry", false), system)
        .watch(request, new MetadataBuilder().build());
  }
}
