package io.gantry.cluster.membership;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCodes;
import io.gantry.agent.Engine;
import io.gantry.agent.grpc.GrpcApi;
import io.gantry.agent.socket.ListenAddress;
import io.gantry.agent.socket.ServerTls;
import io.gantry.cluster.authority.PeerTls;
import io.gantry.protocol.v1.PeerServicePowerApiHandlerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Where other hosts call: those of the cluster may ask for all that a client on this host may, and
 * one that shows no certificate may ask to be let in.
 */
final class PeerDoor {
  private PeerDoor() {}

  static GrpcApi open(Surroundings at, Engine engine, Belonging belonging, PeerTls tls)
      throws IOException {
    var address = belonging.memory().address();
    var socket = new InetSocketAddress(InetAddress.getByName(address.host()), address.port());
    var settings =
        new GrpcApi.Settings(
            List.of(new ListenAddress.Tcp(socket)), Optional.empty(), Optional.of(tls));
    return GrpcApi.bind(
        at.system(),
        engine,
        settings,
        new GrpcApi.Guard() {
          @Override
          public GrpcApi.Handler admit(String principal, GrpcApi.Handler api) {
            return PeerDoor.admit(at, engine, belonging, principal, api);
          }

          @Override
          public boolean vouches(String principal) {
            return !principal.startsWith(ServerTls.STRANGER);
          }
        });
  }

  private static GrpcApi.Handler admit(
      Surroundings at, Engine engine, Belonging belonging, String principal, GrpcApi.Handler api) {
    var peers =
        PeerServicePowerApiHandlerFactory.create(
            new PeerCalls(belonging, engine, principal), at.system());
    return request -> {
      if (request.getUri().path().startsWith("/" + PeerMethods.SERVICE + "/")) {
        return peers.apply(request);
      }
      return principal.startsWith(ServerTls.STRANGER)
          ? refuse(belonging, principal, request)
          : api.apply(request);
    };
  }

  private static CompletionStage<HttpResponse> refuse(
      Belonging belonging, String principal, HttpRequest request) {
    request.discardEntityBytes(belonging.system());
    belonging.refused(principal.substring(ServerTls.STRANGER.length()), "it showed no certificate");
    return CompletableFuture.completedStage(
        HttpResponse.create().withStatus(StatusCodes.UNAUTHORIZED));
  }
}
