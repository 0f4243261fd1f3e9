package io.gantry.cluster.remote;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import akka.stream.javadsl.StreamConverters;
import akka.util.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.gantry.agent.Caller;
import io.gantry.agent.ContainerFiles;
import io.gantry.agent.Outcome;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.CommitContainerRequest;
import io.gantry.protocol.v1.ExportFilesRequest;
import io.gantry.protocol.v1.FileChange;
import io.gantry.protocol.v1.FileChangesRequest;
import io.gantry.protocol.v1.FileStat;
import io.gantry.protocol.v1.Image;
import io.gantry.protocol.v1.ReadFilesRequest;
import io.gantry.protocol.v1.StatFileRequest;
import io.gantry.protocol.v1.WriteFilesOptions;
import io.gantry.protocol.v1.WriteFilesRequest;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Files of containers of another host. */
record RemoteFiles(RemoteHost host) implements ContainerFiles {
  private static final int CHUNK_BYTES = 256 * 1024;

  private static PathStat stat(FileStat stat) {
    return new PathStat(
        stat.getName(),
        stat.getSizeBytes(),
        stat.getMode(),
        Moments.instant(stat.getModified()),
        stat.getLinkTarget());
  }

  @Override
  public CompletionStage<Outcome<PathStat>> stat(String reference, String path) {
    return host.ask(
            Caller.ENGINE,
            Methods.Files.STAT,
            StatFileRequest.newBuilder().setContainer(reference).setPath(path).build())
        .thenApply(outcome -> outcome.map(RemoteFiles::stat));
  }

  @Override
  public CompletionStage<Outcome<Archive>> read(Caller caller, String reference, String path) {
    var request = ReadFilesRequest.newBuilder().setContainer(reference).setPath(path).build();
    return host.open(caller, Methods.Files.READ, Source.single(request))
        .thenApply(
            outcome ->
                outcome.map(
                    parts ->
                        new Archive(
                            stat(parts.first().getStat()),
                            parts.second().map(part -> bytes(part.getChunk())))));
  }

  @Override
  public CompletionStage<Outcome<PathStat>> write(
      Caller caller, String reference, String path, InputStream tar, WriteOptions options) {
    var first =
        WriteFilesRequest.newBuilder()
            .setOptions(
                WriteFilesOptions.newBuilder()
                    .setContainer(reference)
                    .setPath(path)
                    .setKeepKinds(options.keepKinds())
                    .setAsUser(options.asUser()))
            .build();
    var requests =
        Source.single(first)
            .concat(
                source(tar).map(piece -> WriteFilesRequest.newBuilder().setChunk(piece).build()));
    return host.open(caller, Methods.Files.WRITE, requests)
        .thenApply(outcome -> outcome.map(parts -> stat(parts.first())));
  }

  /** Read where waiting is allowed, in pieces that fit into a message. */
  static Source<com.google.protobuf.ByteString, ?> source(InputStream bytes) {
    return StreamConverters.fromInputStream(() -> bytes, CHUNK_BYTES)
        .map(piece -> UnsafeByteOperations.unsafeWrap(piece.toArrayUnsafe()));
  }

  static ByteString bytes(com.google.protobuf.ByteString bytes) {
    return ByteString.fromArrayUnsafe(bytes.toByteArray());
  }

  @Override
  public CompletionStage<Outcome<Source<ByteString, NotUsed>>> export(
      Caller caller, String reference) {
    var request = ExportFilesRequest.newBuilder().setContainer(reference).build();
    return host.open(caller, Methods.Files.EXPORT, Source.single(request))
        .thenApply(
            outcome -> outcome.map(parts -> parts.second().map(part -> bytes(part.getChunk()))));
  }

  @Override
  public CompletionStage<Outcome<List<Change>>> changes(String reference) {
    return host.ask(
            Caller.ENGINE,
            Methods.Files.CHANGES,
            FileChangesRequest.newBuilder().setContainer(reference).build())
        .thenApply(
            outcome ->
                outcome.map(
                    changes ->
                        changes.getChangesList().stream().map(RemoteFiles::change).toList()));
  }

  private static Change change(FileChange change) {
    return new Change(
        switch (change.getKind()) {
          case FILE_CHANGE_KIND_ADDED -> Change.Kind.ADDED;
          case FILE_CHANGE_KIND_DELETED -> Change.Kind.DELETED;
          case FILE_CHANGE_KIND_MODIFIED, FILE_CHANGE_KIND_UNSPECIFIED, UNRECOGNIZED ->
              Change.Kind.MODIFIED;
        },
        change.getPath());
  }

  @Override
  public CompletionStage<Outcome<Image>> commit(Caller caller, String reference, Commit wanted) {
    var request =
        CommitContainerRequest.newBuilder()
            .setContainer(reference)
            .setName(wanted.name().orElse(""))
            .setAuthor(wanted.author())
            .setComment(wanted.comment())
            .setPause(wanted.pause())
            .addAllChanges(wanted.changes());
    wanted.config().ifPresent(request::setConfig);
    return host.ask(caller, Methods.Files.COMMIT, request.build());
  }
}
