package io.gantry.agent.engine;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.gantry.agent.Caller;
import io.gantry.agent.ContainerFiles;
import io.gantry.agent.Outcome;
import io.gantry.agent.container.Board;
import io.gantry.agent.container.Names;
import io.gantry.agent.container.files.FileRoom;
import io.gantry.agent.container.files.FileRoom.Unfit;
import io.gantry.agent.container.lifecycle.Facts;
import io.gantry.agent.host.kernel.tree.TreeException;
import io.gantry.agent.image.BadImage;
import io.gantry.agent.image.Compression;
import io.gantry.agent.tar.TarException;
import io.gantry.agent.tar.TarStream;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.Image;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.slf4j.LoggerFactory;

/**
 * Files of this host's containers. Each request has a platform thread of its own for as long as it
 * takes, so that a client that stops reading or sending holds up only itself; no container's actor
 * or lane waits for it.
 */
public final class LocalContainerFiles implements ContainerFiles {
  private final References references;
  private final Board board;
  private final FileRoom room;
  private final Committer committer;
  private final Observer observer;
  private final Executor threads =
      Executors.newThreadPerTaskExecutor(
          Thread.ofPlatform().daemon().name("gantry-files-", 0).factory());

  /** Has it recorded that something was done with a container. */
  @FunctionalInterface
  public interface Observer {
    void observed(Caller caller, String id, String action, Map<String, String> attributes);
  }

  public LocalContainerFiles(
      Board board, Names names, FileRoom room, Committer committer, Observer observer) {
    this.references = new References(board, names);
    this.board = board;
    this.room = room;
    this.committer = committer;
    this.observer = observer;
  }

  @Override
  public CompletionStage<Outcome<PathStat>> stat(String reference, String path) {
    return run(reference, path, facts -> stat(facts, reference, path));
  }

  private Outcome<PathStat> stat(Facts facts, String reference, String path) throws IOException {
    return room.stat(facts, path).map(Outcome::done).orElseGet(() -> missing(path, reference));
  }

  private static <T> Outcome<T> missing(String path, String reference) {
    return Outcome.refused(
        ErrorKind.NOT_FOUND,
        "Could not find the file %s in container %s".formatted(path, reference));
  }

  @Override
  public CompletionStage<Outcome<Archive>> read(Caller caller, String reference, String path) {
    return run(
        reference,
        path,
        facts ->
            stat(facts, reference, path)
                .map(
                    stat -> {
                      observe(caller, facts, "archive-path", Map.of());
                      return new Archive(
                          stat, TarStream.of(threads, out -> room.read(facts, path, out)));
                    }));
  }

  @Override
  public CompletionStage<Outcome<PathStat>> write(
      Caller caller, String reference, String path, InputStream tar, WriteOptions options) {
    return run(
        reference,
        path,
        facts -> {
          room.write(facts, path, Compression.unpack(tar), options);
          observe(caller, facts, "extract-to-dir", Map.of());
          return stat(facts, reference, path);
        });
  }

  @Override
  public CompletionStage<Outcome<Source<ByteString, NotUsed>>> export(
      Caller caller, String reference) {
    return run(
        reference,
        "/",
        facts -> {
          observe(caller, facts, "export", Map.of());
          return Outcome.done(TarStream.of(threads, out -> room.export(facts, out)));
        });
  }

  @Override
  public CompletionStage<Outcome<List<Change>>> changes(String reference) {
    return run(reference, "/", facts -> Outcome.done(room.changes(facts)));
  }

  @Override
  public CompletionStage<Outcome<Image>> commit(Caller caller, String reference, Commit wanted) {
    return run(
        reference,
        "/",
        facts ->
            committer
                .commit(caller, facts, wanted)
                .map(
                    image -> {
                      observe(
                          caller,
                          facts,
                          "commit",
                          Map.of(
                              "comment",
                              wanted.comment(),
                              "imageID",
                              image.getId(),
                              "imageRef",
                              wanted.name().orElse("")));
                      return image;
                    }));
  }

  private void observe(Caller caller, Facts facts, String action, Map<String, String> attributes) {
    observer.observed(caller, facts.container().getId(), action, attributes);
  }

  private interface Work<T> {
    Outcome<T> call(Facts facts) throws IOException;
  }

  private <T> CompletionStage<Outcome<T>> run(String reference, String path, Work<T> work) {
    return references.find(reference).then(container -> run(container, reference, path, work));
  }

  private <T> CompletionStage<Outcome<T>> run(
      Container container, String reference, String path, Work<T> work) {
    var result = new CompletableFuture<Outcome<T>>();
    threads.execute(
        () -> {
          try {
            var facts = board.facts(container.getId());
            result.complete(
                facts.isPresent()
                    ? work.call(facts.get())
                    : Outcome.refused(ErrorKind.NOT_FOUND, "No such container: " + reference));
          } catch (IOException | RuntimeException e) {
            result.complete(failed(reference, path, e));
          } catch (Error e) {
            result.completeExceptionally(e);
            throw e;
          }
        });
    return result;
  }

  private static <T> Outcome<T> failed(String reference, String path, Exception failure) {
    return switch (failure) {
      case Unfit unfit ->
          Outcome.refused(unfit.isReadOnly() ? ErrorKind.FORBIDDEN : ErrorKind.INVALID, unfit);
      case TarException _, BadImage _ -> Outcome.refused(ErrorKind.INVALID, failure);
      case TreeException e when e.errno() == TreeException.ENOENT -> missing(path, reference);
      case TreeException e when e.errno() == TreeException.ENOTDIR ->
          Outcome.refused(ErrorKind.INVALID, "%s: not a directory".formatted(path));
      case TreeException e when e.errno() == TreeException.ENOSPC ->
          Outcome.refused(ErrorKind.EXHAUSTED, e);
      case IOException _ -> Outcome.refused(ErrorKind.INTERNAL, failure);
      default -> {
        LoggerFactory.getLogger(LocalContainerFiles.class)
            .error("files of container {}", reference, failure);
        yield Outcome.refused(ErrorKind.INTERNAL, failure);
      }
    };
  }
}
