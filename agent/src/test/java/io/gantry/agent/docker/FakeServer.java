package io.gantry.agent.docker;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import io.gantry.agent.socket.ListenAddress;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** Serves a {@link FakeEngine} until it is ended, to try clients against it by hand. */
final class FakeServer {
  private FakeServer() {}

  public static void main(String[] arguments) throws Exception {
    var system =
        ActorSystem.create(
            Behaviors.empty(), "fake", ConfigFactory.parseString("akka.loglevel=WARNING"));
    var engine = new FakeEngine(system);
    DockerApi.bind(
            system, engine, DockerApi.Settings.of(new ListenAddress.Unix(Path.of(arguments[0]))))
        .toCompletableFuture()
        .join();
    System.out.println("listening on " + arguments[0]);
    new CountDownLatch(1).await();
  }
}
