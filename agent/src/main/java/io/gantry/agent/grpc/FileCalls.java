package io.gantry.agent.grpc;

import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.grpc.javadsl.Metadata;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import io.gantry.agent.ContainerFiles;
import io.gantry.agent.ContainerFiles.PathStat;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.CommitContainerRequest;
import io.gantry.protocol.v1.ExportFilesRequest;
import io.gantry.protocol.v1.ExportFilesResponse;
import io.gantry.protocol.v1.FileChange;
import io.gantry.protocol.v1.FileChangeKind;
import io.gantry.protocol.v1.FileChangesRequest;
import io.gantry.protocol.v1.FileChangesResponse;
import io.gantry.protocol.v1.FileServicePowerApi;
import io.gantry.protocol.v1.FileStat;
import io.gantry.protocol.v1.Image;
import io.gantry.protocol.v1.ImageConfig;
import io.gantry.protocol.v1.ReadFilesRequest;
import io.gantry.protocol.v1.ReadFilesResponse;
import io.gantry.protocol.v1.StatFileRequest;
import io.gantry.protocol.v1.WriteFilesOptions;
import io.gantry.protocol.v1.WriteFilesRequest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** {@code gantry.v1.FileService}. */
record FileCalls(ContainerFiles files, Calls calls, ActorSystem<?> system)
    implements FileServicePowerApi {
  @Override
  public CompletionStage<FileStat> stat(StatFileRequest request, Metadata metadata) {
    return calls
        .begin(metadata)
        .value(files.stat(request.getContainer(), request.getPath()), FileCalls::stat);
  }

  private static FileStat stat(PathStat stat) {
    return FileStat.newBuilder()
        .setName(stat.name())
        .setSizeBytes(stat.size())
        .setMode(stat.mode())
        .setModified(Moments.timestamp(stat.modified()))
        .setLinkTarget(stat.linkTarget())
        .build();
  }

  @Override
  public Source<ReadFilesResponse, NotUsed> read(ReadFilesRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    var opened =
        call.value(
            files.read(call.caller(), request.getContainer(), request.getPath()),
            FileCalls::messages);
    return Source.completionStageSource(opened).mapMaterializedValue(_ -> NotUsed.getInstance());
  }

  private static Source<ReadFilesResponse, NotUsed> messages(ContainerFiles.Archive archive) {
    var stat = ReadFilesResponse.newBuilder().setStat(stat(archive.stat())).build();
    return Source.single(stat)
        .concat(
            archive
                .tar()
                .mapConcat(Messages::pieces)
                .map(
                    piece ->
                        ReadFilesResponse.newBuilder().setChunk(Messages.bytes(piece)).build()));
  }

  @Override
  public CompletionStage<FileStat> write(
      Source<WriteFilesRequest, NotUsed> request, Metadata metadata) {
    var call = calls.begin(metadata);
    return request
        .prefixAndTail(1)
        .runWith(Sink.head(), system)
        .thenCompose(
            parts -> {
              var options = options(call, parts.first());
              var incoming =
                  Incoming.of(
                      parts.second().map(message -> Messages.bytes(message.getChunk())), system);
              return call.value(
                  incoming.closedAfter(
                      files.write(
                          call.caller(),
                          options.getContainer(),
                          options.getPath(),
                          incoming.tar(),
                          new ContainerFiles.WriteOptions(
                              options.getKeepKinds(), options.getAsUser()))),
                  FileCalls::stat);
            });
  }

  @Override
  public Source<ExportFilesResponse, NotUsed> export(
      ExportFilesRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    var opened =
        call.value(
            files.export(call.caller(), request.getContainer()),
            tar ->
                Source.single(ExportFilesResponse.getDefaultInstance())
                    .concat(
                        tar.mapConcat(Messages::pieces)
                            .map(
                                piece ->
                                    ExportFilesResponse.newBuilder()
                                        .setChunk(Messages.bytes(piece))
                                        .build())));
    return Source.completionStageSource(opened).mapMaterializedValue(_ -> NotUsed.getInstance());
  }

  @Override
  public CompletionStage<FileChangesResponse> changes(
      FileChangesRequest request, Metadata metadata) {
    return calls
        .begin(metadata)
        .value(
            files.changes(request.getContainer()),
            changes ->
                FileChangesResponse.newBuilder()
                    .addAllChanges(changes.stream().map(FileCalls::change).toList())
                    .build());
  }

  private static FileChange change(ContainerFiles.Change change) {
    return FileChange.newBuilder()
        .setKind(
            switch (change.kind()) {
              case MODIFIED -> FileChangeKind.FILE_CHANGE_KIND_MODIFIED;
              case ADDED -> FileChangeKind.FILE_CHANGE_KIND_ADDED;
              case DELETED -> FileChangeKind.FILE_CHANGE_KIND_DELETED;
            })
        .setPath(change.path())
        .build();
  }

  @Override
  public CompletionStage<Image> commit(CommitContainerRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    return call.value(
        files.commit(
            call.caller(),
            request.getContainer(),
            new ContainerFiles.Commit(
                Messages.given(request.getName()),
                request.getAuthor(),
                request.getComment(),
                request.getPause(),
                request.hasConfig()
                    ? Optional.of(request.getConfig())
                    : Optional.<ImageConfig>empty(),
                request.getChangesList())));
  }

  private static WriteFilesOptions options(Call call, List<WriteFilesRequest> prefix) {
    if (prefix.isEmpty() || !prefix.getFirst().hasOptions()) {
      throw call.invalid("the first message of Write holds no options");
    }
    return prefix.getFirst().getOptions();
  }
}
