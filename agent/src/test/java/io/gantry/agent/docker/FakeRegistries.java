package io.gantry.agent.docker;

import akka.stream.javadsl.Source;
import io.gantry.agent.Caller;
import io.gantry.agent.Credentials;
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
  final List<Push> pushes = new ArrayList<>();
  List<Transfer> progress = List.of();
  Outcome<Image> outcome = Outcome.refused(ErrorKind.NOT_FOUND, "no such registry");

  @Override
  public Source<Transfer, CompletionStage<Outcome<Image>>> pull(Caller caller, Pull pull) {
    pulls.add(pull);
    return Source.from(progress)
        .mapMaterializedValue(_ -> CompletableFuture.completedStage(outcome));
  }

  @Override
  public Source<Transfer, CompletionStage<Outcome<String>>> push(Caller caller, Push push) {
    pushes.add(push);
    return Source.from(progress)
        .mapMaterializedValue(_ -> CompletableFuture.completedStage(outcome.map(Image::getId)));
  }

  @Override
  public CompletionStage<Outcome<String>> login(Credentials credentials) {
    return CompletableFuture.completedStage(
        credentials.password().value().equals("right")
            ? Outcome.done("")
            : Outcome.refused(
                ErrorKind.UNAUTHENTICATED,
                "login attempt to https://%s/v2/ failed with status: 401 Unauthorized"
                    .formatted(credentials.serverAddress())));
  }

  @Override
  public CompletionStage<Outcome<Described>> describe(String reference, Credentials credentials) {
    return CompletableFuture.completedStage(
        Outcome.done(
            new Described("some/type", "sha256:1", 528, List.of("linux/arm64/v8", "linux/amd64"))));
  }

  @Override
  public CompletionStage<Outcome<List<Found>>> search(
      String term, int limit, Credentials credentials) {
    return CompletableFuture.completedStage(
        Outcome.done(
            List.of(
                new Found("nginx", "web server", 20, true, false),
                new Found("other/nginx", "a copy", 1, false, false))));
  }
}
