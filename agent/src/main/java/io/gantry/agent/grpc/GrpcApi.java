package io.gantry.agent.grpc;

import akka.actor.typed.ActorSystem;
import akka.grpc.internal.GrpcProtocolNative;
import akka.grpc.internal.GrpcResponseHelpers;
import akka.grpc.internal.Identity$;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.japi.function.Function;
import io.gantry.agent.Engine;
import io.gantry.agent.Outcome;
import io.gantry.agent.socket.Connection;
import io.gantry.agent.socket.ConnectionFlow;
import io.gantry.agent.socket.ListenAddress;
import io.gantry.agent.socket.ServerTls;
import io.gantry.agent.socket.SocketListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The gRPC API of an engine on any number of addresses, with server reflection (v1alpha) and the
 * standard health service. It serves from {@link #bind} until {@link #close}; calls that are under
 * way then go on until they end or the actor system does.
 */
public final class GrpcApi implements AutoCloseable {
  private final List<SocketListener> listeners = new ArrayList<>();
  private final Http2Connections http2;
  private final ActorSystem<?> system;
  private final GrpcServices services;
  private final Guard guard;

  private GrpcApi(ActorSystem<?> system, Engine engine, Guard guard) {
    this.system = system;
    this.guard = guard;
    this.http2 = new Http2Connections(system);
    this.services = new GrpcServices(system, engine);
  }

  /**
   * Where and for whom.
   *
   * @param addresses unix sockets and TCP; TCP other than loopback needs {@code tls}
   * @param group may use the unix sockets besides their owner
   * @param tls for every TCP address
   */
  public record Settings(
      List<ListenAddress> addresses, Optional<String> group, Optional<? extends ServerTls> tls) {}

  /** What is behind a door: requests of one connection to their answers. */
  public interface Handler extends Function<HttpRequest, CompletionStage<HttpResponse>> {}

  /** Stands at a door: decides what a connection is let in to. */
  public interface Guard {
    /**
     * @param principal who is at the other end
     * @param api all that the engine can be asked
     */
    Handler admit(String principal, Handler api);

    /** Whether what comes from there may be on behalf of somebody else, whom it names. */
    default boolean vouches(String principal) {
      return false;
    }
  }

  /** Binds all addresses or none. */
  public static GrpcApi bind(ActorSystem<?> system, Engine engine, Settings settings)
      throws IOException {
    return bind(system, engine, settings, (_, api) -> api);
  }

  /** As {@link #bind}, with somebody at the door. */
  public static GrpcApi bind(ActorSystem<?> system, Engine engine, Settings settings, Guard guard)
      throws IOException {
    var api = new GrpcApi(system, engine, guard);
    var options = new SocketListener.Options(settings.group(), settings.tls(), List.of("h2"));
    try {
      for (var address : settings.addresses()) {
        api.listeners.add(SocketListener.bind(address, options, api::serve));
      }
      return api;
    } catch (IOException failure) {
      api.close();
      throw failure;
    }
  }

  /** What another engine than the bound one answers to a connection that a guard has let in. */
  public static Handler handler(ActorSystem<?> system, Engine engine, String principal) {
    return new GrpcServices(system, engine).handler(new Calls(principal, false))::apply;
  }

  /** A call that is refused before anybody has looked at it. */
  public static HttpResponse refused(
      HttpRequest request, ActorSystem<?> system, Outcome.Refused<?> why) {
    request.discardEntityBytes(system);
    return GrpcResponseHelpers.status(
        StatusTrailers.of(new Refusal(why.kind(), why.message(), "")),
        GrpcProtocolNative.newWriter(Identity$.MODULE$));
  }

  /** As bound: a TCP port 0 has become the one that was given. */
  public List<ListenAddress> addresses() {
    return listeners.stream().map(SocketListener::address).toList();
  }

  @Override
  public void close() {
    listeners.forEach(SocketListener::close);
  }

  private void serve(Connection connection) {
    var api =
        services.handler(new Calls(connection.principal(), guard.vouches(connection.principal())));
    var handler = guard.admit(connection.principal(), api::apply);
    ConnectionFlow.of(connection)
        .join(http2.serve(request -> answer(handler, request)))
        .run(system);
  }

  private static CompletionStage<HttpResponse> answer(
      Function<HttpRequest, CompletionStage<HttpResponse>> handler, HttpRequest request)
      throws Exception {
    if (request.entity().isStrict()) {
      return handler.apply(request);
    }
    var bytes =
        request
            .entity()
            .getDataBytes()
            .via(new DrainWhenCancelled<>())
            .statefulMapConcat(
                () -> {
                  var limit = new MessageLimit();
                  return limit::check;
                });
    return handler.apply(
        request.withEntity(HttpEntities.create(request.entity().getContentType(), bytes)));
  }
}
