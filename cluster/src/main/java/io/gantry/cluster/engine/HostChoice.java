package io.gantry.cluster.engine;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.Uri;
import akka.http.javadsl.model.headers.RawHeader;
import io.gantry.agent.Engine;
import io.gantry.agent.Outcome;
import io.gantry.agent.grpc.GrpcApi;
import io.gantry.protocol.ErrorKind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Reads for which host a gRPC call is: metadata {@code gantry-host} names one, whose door then gets
 * the call as it is and streams its answer back, or is "*" for all of them as one engine. Without
 * it the call is for the host that was asked.
 */
public final class HostChoice implements GrpcApi.Guard {
  private static final String HOST = "gantry-host";
  private static final String ALL = "*";
  private static final String PRINCIPAL = "gantry-principal";

  private final ActorSystem<?> system;
  private final AllHosts hosts;
  private final Engine all;

  public HostChoice(ActorSystem<?> system, AllHosts hosts, Engine all) {
    this.system = system;
    this.hosts = hosts;
    this.all = all;
  }

  @Override
  public GrpcApi.Handler admit(String principal, GrpcApi.Handler api) {
    var ofAll = GrpcApi.handler(system, all, principal);
    return request -> {
      var wanted = request.getHeader(HOST).map(HttpHeader::value).orElse("");
      return switch (wanted) {
        case "" -> api.apply(request);
        case ALL -> ofAll.apply(request);
        default -> at(wanted, principal, request, api);
      };
    };
  }

  private CompletionStage<HttpResponse> at(
      String wanted, String principal, HttpRequest request, GrpcApi.Handler api) throws Exception {
    var found = hosts.named(wanted);
    if (found.size() != 1) {
      var why =
          found.isEmpty()
              ? "no host %s in the cluster".formatted(wanted)
              : "%s is the beginning of several hosts' ids".formatted(wanted);
      return refused(request, ErrorKind.NOT_FOUND, why);
    }
    var host = found.getFirst();
    if (host.isSelf()) {
      return api.apply(request);
    }
    return host.isUp()
        ? forward(host, principal, request)
        : refused(
            request,
            ErrorKind.UNAVAILABLE,
            "host %s is %s".formatted(host.name(), host.presence()));
  }

  private CompletionStage<HttpResponse> refused(
      HttpRequest request, ErrorKind kind, String message) {
    return CompletableFuture.completedStage(
        GrpcApi.refused(request, system, new Outcome.Refused<>(kind, message)));
  }

  private CompletionStage<HttpResponse> forward(Host host, String principal, HttpRequest request) {
    var headers = new ArrayList<HttpHeader>(kept(request));
    headers.add(RawHeader.create(PRINCIPAL, principal + "@" + hosts.self().name()));
    var there =
        HttpRequest.create()
            .withMethod(request.method())
            .withUri(Uri.create("https://" + host.known().getAddress() + request.getUri().path()))
            .withHeaders(headers)
            .withEntity(request.entity());
    return hosts
        .channel(host)
        .forward(there)
        .handle(
            (response, failure) ->
                failure == null
                    ? response
                    : GrpcApi.refused(
                        HttpRequest.create(),
                        system,
                        new Outcome.Refused<>(
                            ErrorKind.UNAVAILABLE,
                            "host %s does not answer: %s"
                                .formatted(host.name(), failure.getMessage()))));
  }

  /** What belongs to the call, and not to the connection or to this host. */
  private static List<HttpHeader> kept(HttpRequest request) {
    var kept = new ArrayList<HttpHeader>();
    for (var header : request.getHeaders()) {
      var name = header.lowercaseName();
      if (name.startsWith("grpc-")
          || name.equals("te")
          || name.equals("gantry-request-id")
          || name.equals("user-agent")) {
        kept.add(header);
      }
    }
    return kept;
  }
}
