package io.gantry.cluster.remote;

import akka.stream.javadsl.Keep;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import io.gantry.agent.Caller;
import io.gantry.agent.Credentials;
import io.gantry.agent.Outcome;
import io.gantry.agent.Registries;
import io.gantry.agent.Transfer;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Image;
import io.gantry.protocol.v1.PullImageRequest;
import io.gantry.protocol.v1.PullImageResponse;
import io.gantry.protocol.v1.PushImageRequest;
import io.gantry.protocol.v1.PushImageResponse;
import io.gantry.protocol.v1.RegistryCredentials;
import io.gantry.protocol.v1.TransferProgress;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Pulls and pushes of another host. Credentials go there inside the hosts' TLS. What asks a
 * registry and no host is refused: any host can do that itself.
 */
record RemoteRegistries(RemoteHost host) implements Registries {
  @Override
  public Source<Transfer, CompletionStage<Outcome<Image>>> pull(Caller caller, Pull pull) {
    var request =
        PullImageRequest.newBuilder()
            .setReference(pull.reference())
            .setAllTags(pull.allTags())
            .setPlatform(pull.platform())
            .setCredentials(credentials(pull.credentials()))
            .build();
    return host.streamed(caller, Methods.Registries.PULL, Source.single(request))
        .alsoToMat(Sink.last(), Keep.right())
        .mapMaterializedValue(last -> host.outcome(last.thenApply(PullImageResponse::getImage)))
        .filter(PullImageResponse::hasProgress)
        .map(response -> transfer(response.getProgress()));
  }

  @Override
  public Source<Transfer, CompletionStage<Outcome<String>>> push(Caller caller, Push push) {
    var request =
        PushImageRequest.newBuilder()
            .setReference(push.reference())
            .setAllTags(push.allTags())
            .setCredentials(credentials(push.credentials()))
            .build();
    return host.streamed(caller, Methods.Registries.PUSH, Source.single(request))
        .alsoToMat(Sink.last(), Keep.right())
        .mapMaterializedValue(last -> host.outcome(last.thenApply(PushImageResponse::getDigest)))
        .filter(PushImageResponse::hasProgress)
        .map(response -> transfer(response.getProgress()));
  }

  private static RegistryCredentials credentials(Credentials given) {
    return RegistryCredentials.newBuilder()
        .setUsername(given.username())
        .setPassword(given.password().value())
        .setIdentityToken(given.identityToken().value())
        .setRegistryToken(given.registryToken().value())
        .build();
  }

  /** A sentence and a step that has no size look alike there; as sentences they read the same. */
  private static Transfer transfer(TransferProgress told) {
    return told.getTotal() == 0
        ? new Transfer.Said(told.getId(), told.getText())
        : new Transfer.Step(told.getId(), told.getText(), told.getCurrent(), told.getTotal());
  }

  private static <T> CompletionStage<Outcome<T>> ownMatter() {
    return RemoteHost.now(
        Outcome.refused(ErrorKind.UNSUPPORTED, "a registry is asked by the host itself"));
  }

  @Override
  public CompletionStage<Outcome<String>> login(Credentials credentials) {
    return ownMatter();
  }

  @Override
  public CompletionStage<Outcome<Described>> describe(String reference, Credentials credentials) {
    return ownMatter();
  }

  @Override
  public CompletionStage<Outcome<List<Found>>> search(
      String term, int limit, Credentials credentials) {
    return ownMatter();
  }
}
