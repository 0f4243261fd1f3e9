package io.gantry.agent.grpc;

import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.grpc.javadsl.Metadata;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.gantry.agent.Images;
import io.gantry.agent.Outcome;
import io.gantry.protocol.v1.Image;
import io.gantry.protocol.v1.ImageDiskUsageRequest;
import io.gantry.protocol.v1.ImageDiskUsageResponse;
import io.gantry.protocol.v1.ImageHistoryRequest;
import io.gantry.protocol.v1.ImageHistoryResponse;
import io.gantry.protocol.v1.ImageHistoryRow;
import io.gantry.protocol.v1.ImageProgress;
import io.gantry.protocol.v1.ImageRemoval;
import io.gantry.protocol.v1.ImageServicePowerApi;
import io.gantry.protocol.v1.ImportOptions;
import io.gantry.protocol.v1.ImportRootRequest;
import io.gantry.protocol.v1.InspectImageRequest;
import io.gantry.protocol.v1.ListImagesRequest;
import io.gantry.protocol.v1.ListImagesResponse;
import io.gantry.protocol.v1.LoadImagesRequest;
import io.gantry.protocol.v1.LoadImagesResponse;
import io.gantry.protocol.v1.LoadedImage;
import io.gantry.protocol.v1.RemoveImageRequest;
import io.gantry.protocol.v1.RemoveImageResponse;
import io.gantry.protocol.v1.SaveImagesRequest;
import io.gantry.protocol.v1.SaveImagesResponse;
import io.gantry.protocol.v1.TagImageRequest;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** {@code gantry.v1.ImageService}. */
record ImageCalls(Images images, Calls calls, ActorSystem<?> system)
    implements ImageServicePowerApi {
  @Override
  public CompletionStage<ListImagesResponse> list(ListImagesRequest request, Metadata metadata) {
    var newestFirst =
        Comparator.comparingLong((Image image) -> image.getCreated().getSeconds()).reversed();
    return calls.read(
        () ->
            ListImagesResponse.newBuilder()
                .addAllImages(images.list().stream().sorted(newestFirst).toList())
                .build());
  }

  @Override
  public CompletionStage<Image> inspect(InspectImageRequest request, Metadata metadata) {
    return calls
        .read(() -> images.inspect(request.getImage()))
        .thenApply(calls.begin(metadata)::value);
  }

  @Override
  public CompletionStage<ImageHistoryResponse> history(
      ImageHistoryRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    return calls
        .read(() -> images.history(request.getImage()))
        .thenApply(
            outcome ->
                ImageHistoryResponse.newBuilder()
                    .addAllRows(call.value(outcome).stream().map(ImageCalls::row).toList())
                    .build());
  }

  private static ImageHistoryRow row(Images.HistoryRow row) {
    return ImageHistoryRow.newBuilder()
        .setId(row.id())
        .setCreatedSeconds(row.createdSeconds())
        .setCreatedBy(row.createdBy())
        .addAllTags(row.tags())
        .setSizeBytes(row.sizeBytes())
        .setComment(row.comment())
        .build();
  }

  @Override
  public Source<LoadImagesResponse, NotUsed> load(
      Source<LoadImagesRequest, NotUsed> request, Metadata metadata) {
    var call = calls.begin(metadata);
    var tar = request.map(message -> Messages.bytes(message.getChunk()));
    return Source.fromMaterializer(
            (materializer, _) -> {
              var incoming = Incoming.of(tar, system);
              var loading =
                  images
                      .load(call.caller(), incoming.tar(), List.of())
                      .preMaterialize(materializer);
              var results =
                  incoming
                      .closedAfter(loading.first())
                      .thenApply(call::value)
                      .thenApply(Source::from);
              return loading
                  .second()
                  .recoverWithRetries(1, Throwable.class, Source::empty)
                  .map(ImageCalls::progress)
                  .concat(Source.completionStageSource(results).map(ImageCalls::loaded));
            })
        .mapMaterializedValue(_ -> NotUsed.getInstance());
  }

  private static LoadImagesResponse progress(Images.Progress progress) {
    return LoadImagesResponse.newBuilder()
        .setProgress(
            ImageProgress.newBuilder()
                .setId(progress.id())
                .setStatus(progress.status())
                .setCurrent(progress.current())
                .setTotal(progress.total()))
        .build();
  }

  private static LoadImagesResponse loaded(Images.Loaded loaded) {
    return LoadImagesResponse.newBuilder()
        .setLoaded(LoadedImage.newBuilder().setName(loaded.name()).setImage(loaded.image()))
        .build();
  }

  @Override
  public CompletionStage<Image> importRoot(
      Source<ImportRootRequest, NotUsed> request, Metadata metadata) {
    var call = calls.begin(metadata);
    return request
        .prefixAndTail(1)
        .runWith(Sink.head(), system)
        .thenCompose(
            parts ->
                call.value(
                    importRoot(
                        call,
                        options(call, parts.first()),
                        parts.second().map(message -> Messages.bytes(message.getChunk())))));
  }

  private CompletionStage<Outcome<Image>> importRoot(
      Call call, ImportOptions options, Source<ByteString, NotUsed> tar) {
    var incoming = Incoming.of(tar, system);
    return incoming.closedAfter(
        images.importRoot(
            call.caller(),
            incoming.tar(),
            Messages.given(options.getReference()),
            options.getMessage(),
            options.getChangesList(),
            options.getPlatform()));
  }

  private static ImportOptions options(Call call, List<ImportRootRequest> prefix) {
    if (prefix.isEmpty() || !prefix.getFirst().hasOptions()) {
      throw call.invalid("the first message of ImportRoot holds no options");
    }
    return prefix.getFirst().getOptions();
  }

  @Override
  public Source<SaveImagesResponse, NotUsed> save(SaveImagesRequest request, Metadata metadata) {
    return calls.begin(metadata).stream(
            calls.read(() -> images.save(request.getImagesList(), List.of())), bytes -> bytes)
        .mapConcat(Messages::pieces)
        .map(piece -> SaveImagesResponse.newBuilder().setChunk(Messages.bytes(piece)).build());
  }

  @Override
  public CompletionStage<Image> tag(TagImageRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    return call.value(images.tag(call.caller(), request.getImage(), request.getTarget()));
  }

  @Override
  public CompletionStage<RemoveImageResponse> remove(
      RemoveImageRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    return call.value(
        images.remove(call.caller(), request.getImage(), request.getForce(), request.getNoPrune()),
        removals ->
            RemoveImageResponse.newBuilder()
                .addAllRemovals(removals.stream().map(ImageCalls::removal).toList())
                .build());
  }

  private static ImageRemoval removal(Images.Removal removal) {
    return switch (removal.kind()) {
      case UNTAGGED -> ImageRemoval.newBuilder().setUntagged(removal.name()).build();
      case DELETED -> ImageRemoval.newBuilder().setDeleted(removal.name()).build();
    };
  }

  @Override
  public CompletionStage<ImageDiskUsageResponse> diskUsage(
      ImageDiskUsageRequest request, Metadata metadata) {
    return calls.read(
        () -> ImageDiskUsageResponse.newBuilder().setLayerBytes(images.layerBytes()).build());
  }
}
