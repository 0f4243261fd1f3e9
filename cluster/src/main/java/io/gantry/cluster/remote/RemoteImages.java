package io.gantry.cluster.remote;

import akka.NotUsed;
import akka.stream.javadsl.Keep;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.gantry.agent.Caller;
import io.gantry.agent.Images;
import io.gantry.agent.Outcome;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Image;
import io.gantry.protocol.v1.ImageDiskUsageRequest;
import io.gantry.protocol.v1.ImageHistoryRequest;
import io.gantry.protocol.v1.ImageHistoryRow;
import io.gantry.protocol.v1.ImageProgress;
import io.gantry.protocol.v1.ImageRemoval;
import io.gantry.protocol.v1.ImportOptions;
import io.gantry.protocol.v1.ImportRootRequest;
import io.gantry.protocol.v1.InspectImageRequest;
import io.gantry.protocol.v1.ListImagesRequest;
import io.gantry.protocol.v1.LoadImagesRequest;
import io.gantry.protocol.v1.LoadImagesResponse;
import io.gantry.protocol.v1.RemoveImageRequest;
import io.gantry.protocol.v1.SaveImagesRequest;
import io.gantry.protocol.v1.TagImageRequest;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Images of another host. */
record RemoteImages(RemoteHost host) implements Images {
  @Override
  public Outcome<Image> inspect(String reference) {
    return host.read(
        Methods.Images.INSPECT, InspectImageRequest.newBuilder().setImage(reference).build());
  }

  @Override
  public Collection<Image> list() {
    return host.answer(Methods.Images.LIST, ListImagesRequest.getDefaultInstance()).getImagesList();
  }

  @Override
  public Source<Progress, CompletionStage<Outcome<List<Loaded>>>> load(
      Caller caller, InputStream tar, List<String> platforms) {
    var requests =
        RemoteFiles.source(tar)
            .map(piece -> LoadImagesRequest.newBuilder().setChunk(piece).build())
            .mapMaterializedValue(_ -> NotUsed.getInstance());
    return host.streamed(caller, Methods.Images.LOAD, requests)
        .alsoToMat(
            Sink.<List<Loaded>, LoadImagesResponse>fold(new ArrayList<>(), RemoteImages::collected),
            Keep.right())
        .mapMaterializedValue(host::outcome)
        .filter(LoadImagesResponse::hasProgress)
        .map(response -> progress(response.getProgress()));
  }

  private static List<Loaded> collected(List<Loaded> all, LoadImagesResponse response) {
    if (response.hasLoaded()) {
      all.add(new Loaded(response.getLoaded().getName(), response.getLoaded().getImage()));
    }
    return all;
  }

  private static Progress progress(ImageProgress told) {
    return new Progress(told.getId(), told.getStatus(), told.getCurrent(), told.getTotal());
  }

  @Override
  public CompletionStage<Outcome<Image>> importRoot(
      Caller caller,
      InputStream tar,
      Optional<String> reference,
      String message,
      List<String> changes,
      String platform) {
    var first =
        ImportRootRequest.newBuilder()
            .setOptions(
                ImportOptions.newBuilder()
                    .setReference(reference.orElse(""))
                    .setMessage(message)
                    .addAllChanges(changes)
                    .setPlatform(platform))
            .build();
    var requests =
        Source.single(first)
            .concat(
                RemoteFiles.source(tar)
                    .map(piece -> ImportRootRequest.newBuilder().setChunk(piece).build()));
    return host.open(caller, Methods.Images.IMPORT_ROOT, requests)
        .thenApply(outcome -> outcome.map(akka.japi.Pair::first));
  }

  @Override
  public Outcome<Source<ByteString, NotUsed>> save(
      List<String> references, List<String> platforms) {
    if (!platforms.isEmpty()) {
      return Outcome.refused(
          ErrorKind.INVALID, "cannot choose the platform of images that another host has");
    }
    var request = SaveImagesRequest.newBuilder().addAllImages(references).build();
    return host.opened(Methods.Images.SAVE, request)
        .map(
            parts ->
                parts
                    .second()
                    .prepend(Source.single(parts.first()))
                    .map(part -> RemoteFiles.bytes(part.getChunk())));
  }

  @Override
  public CompletionStage<Outcome<Image>> tag(Caller caller, String source, String target) {
    return host.ask(
        caller,
        Methods.Images.TAG,
        TagImageRequest.newBuilder().setImage(source).setTarget(target).build());
  }

  @Override
  public CompletionStage<Outcome<List<Removal>>> remove(
      Caller caller, String reference, boolean force, boolean noPrune) {
    var request =
        RemoveImageRequest.newBuilder()
            .setImage(reference)
            .setForce(force)
            .setNoPrune(noPrune)
            .build();
    return host.ask(caller, Methods.Images.REMOVE, request)
        .thenApply(
            outcome ->
                outcome.map(
                    answer ->
                        answer.getRemovalsList().stream().map(RemoteImages::removal).toList()));
  }

  private static Removal removal(ImageRemoval removal) {
    return removal.hasUntagged()
        ? new Removal(Removal.Kind.UNTAGGED, removal.getUntagged())
        : new Removal(Removal.Kind.DELETED, removal.getDeleted());
  }

  @Override
  public Outcome<List<HistoryRow>> history(String reference) {
    return host.read(
            Methods.Images.HISTORY, ImageHistoryRequest.newBuilder().setImage(reference).build())
        .map(history -> history.getRowsList().stream().map(RemoteImages::row).toList());
  }

  private static HistoryRow row(ImageHistoryRow row) {
    return new HistoryRow(
        row.getId(),
        row.getCreatedSeconds(),
        row.getCreatedBy(),
        row.getTagsList(),
        row.getSizeBytes(),
        row.getComment());
  }

  /** What images of another host share is not asked for. */
  @Override
  public Map<String, Long> sharedBytes() {
    return Map.of();
  }

  @Override
  public long layerBytes() {
    return host.answer(Methods.Images.DISK_USAGE, ImageDiskUsageRequest.getDefaultInstance())
        .getLayerBytes();
  }
}
