package io.gantry.agent.grpc;

import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.http.impl.engine.http2.Http2Blueprint$;
import akka.http.impl.engine.http2.NoOpTelemetry$;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.settings.ServerSettings;
import akka.http.scaladsl.Http$;
import akka.japi.function.Function;
import akka.stream.javadsl.BidiFlow;
import akka.stream.javadsl.Flow;
import akka.util.ByteString;
import com.typesafe.config.ConfigFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import scala.jdk.javaapi.FutureConverters;

/**
 * HTTP/2 with prior knowledge over any flow of bytes. Akka HTTP has it for its own TCP sockets
 * only, so this uses what is private to it in Scala; the version is pinned.
 */
final class Http2Connections {
  private final ActorSystem<?> system;
  private final akka.http.scaladsl.settings.ServerSettings settings;

  Http2Connections(ActorSystem<?> system) {
    this.system = system;
    var bounds =
        ConfigFactory.parseString(
            """
            akka.http.server.http2 {
              max-concurrent-streams = 256
              incoming-connection-level-buffer-size = 4 MB
              incoming-stream-level-buffer-size = 512 kB
            }
            """);
    var defaults =
        ServerSettings.create(bounds.withFallback(system.classicSystem().settings().config()));
    // A watch may be silent for days. A client that is gone is noticed by its socket.
    this.settings =
        (akka.http.scaladsl.settings.ServerSettings)
            defaults.withTimeouts(
                defaults.getTimeouts().withIdleTimeout(scala.concurrent.duration.Duration.Inf()));
  }

  /** One connection: bytes of the client in, bytes for it out. Joined with the socket. */
  Flow<ByteString, ByteString, NotUsed> serve(
      Function<HttpRequest, CompletionStage<HttpResponse>> handler) {
    var classic = system.classicSystem();
    var stack =
        Http2Blueprint$.MODULE$.serverStack(
            settings,
            classic.log(),
            Http2Blueprint$.MODULE$.serverStack$default$3(),
            false,
            NoOpTelemetry$.MODULE$,
            Http$.MODULE$.apply(classic).dateHeaderRendering());
    var requests =
        Http2Blueprint$.MODULE$.handleWithStreamIdHeader(
            settings.http2Settings().maxConcurrentStreams(),
            // A stage that only is one (completedStage) has no isDone, which the conversion asks
            // for.
            request -> FutureConverters.asScala(answer(handler, request).toCompletableFuture()),
            system.executionContext());
    return requests.asJava().join(BidiFlow.fromGraph(stack));
  }

  private static CompletionStage<akka.http.scaladsl.model.HttpResponse> answer(
      Function<HttpRequest, CompletionStage<HttpResponse>> handler, HttpRequest request) {
    try {
      return handler
          .apply(request)
          .thenApply(response -> (akka.http.scaladsl.model.HttpResponse) response);
    } catch (Exception failure) {
      return CompletableFuture.failedStage(failure);
    }
  }
}
