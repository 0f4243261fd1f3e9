package io.gantry.cluster.engine;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.gantry.agent.Caller;
import io.gantry.agent.ContainerFiles;
import io.gantry.agent.Outcome;
import io.gantry.cluster.engine.Locator.Located;
import io.gantry.cluster.remote.RemoteHost;
import io.gantry.protocol.v1.Image;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Files of the containers of all hosts. An image of a container is made on its host. */
record ClusterFiles(Locator locator) implements ContainerFiles {
  private <T> CompletionStage<Outcome<T>> on(
      String reference, Function<Located, CompletionStage<Outcome<T>>> call) {
    return CompletableFuture.supplyAsync(() -> locator.find(reference), RemoteHost.WAITING)
        .thenCompose(located -> located.then(call));
  }

  @Override
  public CompletionStage<Outcome<PathStat>> stat(String reference, String path) {
    return on(reference, at -> at.host().files().stat(at.id(), path));
  }

  @Override
  public CompletionStage<Outcome<Archive>> read(Caller caller, String reference, String path) {
    return on(reference, at -> at.host().files().read(caller, at.id(), path));
  }

  @Override
  public CompletionStage<Outcome<PathStat>> write(
      Caller caller, String reference, String path, InputStream tar, WriteOptions options) {
    return on(reference, at -> at.host().files().write(caller, at.id(), path, tar, options));
  }

  @Override
  public CompletionStage<Outcome<Source<ByteString, NotUsed>>> export(
      Caller caller, String reference) {
    return on(reference, at -> at.host().files().export(caller, at.id()));
  }

  @Override
  public CompletionStage<Outcome<List<Change>>> changes(String reference) {
    return on(reference, at -> at.host().files().changes(at.id()));
  }

  @Override
  public CompletionStage<Outcome<Image>> commit(Caller caller, String reference, Commit wanted) {
    return on(reference, at -> at.host().files().commit(caller, at.id(), wanted));
  }
}
