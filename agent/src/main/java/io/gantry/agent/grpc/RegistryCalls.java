package io.gantry.agent.grpc;

import akka.NotUsed;
import akka.grpc.javadsl.Metadata;
import akka.japi.function.Function;
import akka.stream.javadsl.Source;
import io.gantry.agent.Credentials;
import io.gantry.agent.Outcome;
import io.gantry.agent.Registries;
import io.gantry.agent.Secret;
import io.gantry.agent.Transfer;
import io.gantry.protocol.v1.PullImageRequest;
import io.gantry.protocol.v1.PullImageResponse;
import io.gantry.protocol.v1.PushImageRequest;
import io.gantry.protocol.v1.PushImageResponse;
import io.gantry.protocol.v1.RegistryCredentials;
import io.gantry.protocol.v1.RegistryServicePowerApi;
import io.gantry.protocol.v1.TransferProgress;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** {@code gantry.v1.RegistryService}. */
record RegistryCalls(Registries registries, Calls calls) implements RegistryServicePowerApi {
  @Override
  public Source<PullImageResponse, NotUsed> pull(PullImageRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    var wanted =
        new Registries.Pull(
            request.getReference(),
            request.getAllTags(),
            request.getPlatform(),
            credentials(request.getCredentials()));
    return stream(
        call,
        registries.pull(call.caller(), wanted),
        progress -> PullImageResponse.newBuilder().setProgress(progress).build(),
        image -> PullImageResponse.newBuilder().setImage(image).build());
  }

  @Override
  public Source<PushImageResponse, NotUsed> push(PushImageRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    var wanted =
        new Registries.Push(
            request.getReference(), request.getAllTags(), credentials(request.getCredentials()));
    return stream(
        call,
        registries.push(call.caller(), wanted),
        progress -> PushImageResponse.newBuilder().setProgress(progress).build(),
        digest -> PushImageResponse.newBuilder().setDigest(digest).build());
  }

  /** What is told, and then what it came to. A caller who leaves cancels it. */
  private static <T, R> Source<R, NotUsed> stream(
      Call call,
      Source<Transfer, CompletionStage<Outcome<T>>> transfer,
      Function<TransferProgress, R> progress,
      Function<T, R> end) {
    return Source.fromMaterializer(
            (materializer, _) -> {
              var running = transfer.preMaterialize(materializer);
              var result = running.first().thenApply(call::value).thenApply(Source::single);
              return running
                  .second()
                  .mapConcat(RegistryCalls::progress)
                  .map(progress)
                  .concat(Source.completionStageSource(result).map(end));
            })
        .mapMaterializedValue(_ -> NotUsed.getInstance());
  }

  private static List<TransferProgress> progress(Transfer told) {
    return switch (told) {
      case Transfer.Said(var id, var text) ->
          List.of(TransferProgress.newBuilder().setId(id).setText(text).build());
      case Transfer.Step(var id, var action, var current, var total) ->
          List.of(
              TransferProgress.newBuilder()
                  .setId(id)
                  .setText(action)
                  .setCurrent(current)
                  .setTotal(total)
                  .build());
      // A sentence has said it, and the end says it to programs.
      case Transfer.Pushed _ -> List.of();
    };
  }

  private static Credentials credentials(RegistryCredentials given) {
    return new Credentials(
        given.getUsername(),
        new Secret(given.getPassword()),
        new Secret(given.getIdentityToken()),
        new Secret(given.getRegistryToken()),
        "");
  }
}
