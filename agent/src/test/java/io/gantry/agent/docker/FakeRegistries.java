package io.gantry.agent.docker;

import akka.stream.javadsl.Source;
import io.gantry.agent.Caller;
import io.gantry.agent.Outcome;
import io.gantry.agent.Registries;
import io.gantry.agent.Transfer;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Image;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Registries that tell what they are told to tell, and remember what they were asked. */
final class FakeRegistries implements Registries {
  final List<Pull> pulls = new ArrayList<>();
  List<Transfer> progress = List.of();
  Outcome<Image> outcome = Outcome.refused(ErrorKind.NOT_FOUND, "no such registry");

  @Override
  public Source<Transfer, CompletionStage<Outcome<Image>>> pull(Caller caller, Pull pull) {
    pulls.add(pull);
    return Source.from(progress)
        .mapMaterializedValue(_ -> CompletableFuture.completedStage(outcome));
  }
}
