package io.gantry.agent.grpc;

import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.grpc.javadsl.Metadata;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import io.gantry.agent.ContainerFiles;
import io.gantry.agent.ContainerFiles.PathStat;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.FileServicePowerApi;
import io.gantry.protocol.v1.FileStat;
import io.gantry.protocol.v1.ReadFilesRequest;
import io.gantry.protocol.v1.ReadFilesResponse;
import io.gantry.protocol.v1.StatFileRequest;
import io.gantry.protocol.v1.WriteFilesOptions;
import io.gantry.protocol.v1.WriteFilesRequest;
import java.util.List;
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
              var tar = parts.second().map(message -> Messages.bytes(message.getChunk()));
              return call.value(
                  files.write(
                      call.caller(),
                      options.getContainer(),
                      options.getPath(),
                      tar,
                      new ContainerFiles.WriteOptions(options.getKeepKinds(), options.getAsUser())),
                  FileCalls::stat);
            });
  }

  private static WriteFilesOptions options(Call call, List<WriteFilesRequest> prefix) {
    if (prefix.isEmpty() || !prefix.getFirst().hasOptions()) {
      throw call.invalid("the first message of Write holds no options");
    }
    return prefix.getFirst().getOptions();
  }
}
