package io.gantry.cluster.peer;

import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.grpc.internal.AkkaHttpClientUtils;
import akka.grpc.internal.GrpcProtocolNative;
import akka.grpc.internal.GrpcRequestHelpers;
import akka.grpc.internal.Identity$;
import akka.http.javadsl.ConnectionContext;
import akka.http.javadsl.Http;
import akka.http.javadsl.model.AttributeKey;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.settings.ClientConnectionSettings;
import akka.http.scaladsl.model.RequestResponseAssociation;
import akka.stream.BoundedSourceQueue;
import akka.stream.KillSwitches;
import akka.stream.Materializer;
import akka.stream.SharedKillSwitch;
import akka.stream.SystemMaterializer;
import akka.stream.javadsl.Keep;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import io.gantry.cluster.authority.PeerTls;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;
import scala.jdk.javaapi.FutureConverters;

/**
 * One HTTP/2 connection to the door of another host, for any number of calls at once. It is used
 * until it fails; then every call of it fails and whoever wants to call again opens another.
 */
public final class PeerChannel implements AutoCloseable {
  private static final AttributeKey<Answer> ANSWER = AttributeKey.create("answer", Answer.class);
  private static final int WAITING_CALLS = 256;

  private final ActorSystem<?> system;
  private final PeerAddress address;
  private final Materializer materializer;
  private final BoundedSourceQueue<HttpRequest> requests;
  private final Set<CompletableFuture<HttpResponse>> open = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final SharedKillSwitch life = KillSwitches.shared("peer-channel");

  /** Leads a response to the request that it answers. */
  private record Answer(CompletableFuture<HttpResponse> promise)
      implements RequestResponseAssociation {}

  private PeerChannel(
      ActorSystem<?> system, PeerAddress address, SSLContext tls, Duration connecting) {
    this.system = system;
    this.address = address;
    this.materializer = SystemMaterializer.get(system).materializer();
    var settings =
        ClientConnectionSettings.create(system.classicSystem())
            .withConnectingTimeout(
                scala.concurrent.duration.Duration.create(
                    connecting.toMillis(), TimeUnit.MILLISECONDS))
            .withIdleTimeout(scala.concurrent.duration.Duration.Inf());
    var connection =
        Http.get(system)
            .connectionTo(address.host())
            .toPort(address.port())
            .withCustomHttpsConnectionContext(
                ConnectionContext.httpsClient((host, port) -> PeerTls.client(tls, host, port)))
            .withClientConnectionSettings(settings)
            .http2();
    var running =
        Source.<HttpRequest>queue(WAITING_CALLS)
            .via(connection)
            .via(life.flow())
            .toMat(Sink.foreach(PeerChannel::answer), Keep.both())
            .run(system);
    requests = running.first();
    running.second().whenComplete((_, failure) -> end(failure));
  }

  /** Connects at the first call. */
  public static PeerChannel to(
      ActorSystem<?> system, PeerAddress address, SSLContext tls, Duration connecting) {
    return new PeerChannel(system, address, tls, connecting);
  }

  private static void answer(HttpResponse response) {
    response.getAttribute(ANSWER).ifPresent(answer -> answer.promise().complete(response));
  }

  private void end(@Nullable Throwable failure) {
    ended.complete(null);
    var reason = failure == null ? "the connection has ended" : reason(failure);
    open.forEach(promise -> fail(promise, reason));
  }

  private static String reason(Throwable failure) {
    var cause = failure.getCause() == null ? failure : failure.getCause();
    return String.valueOf(cause.getMessage());
  }

  private void fail(CompletableFuture<HttpResponse> promise, String reason) {
    promise.completeExceptionally(
        new IOException("cannot reach host %s: %s".formatted(address, reason)));
  }

  /** False: it is of no use any more. */
  public boolean usable() {
    return !ended.isDone() && !closed.get();
  }

  /** One request, one answer; fails with {@code StatusRuntimeException} when it is refused. */
  public <I, O> CompletionStage<O> call(PeerMethod<I, O> method, I request) {
    return call(method, request, List.of());
  }

  /** As {@link #call(PeerMethod, Object)}, with more that is said of it. */
  public <I, O> CompletionStage<O> call(
      PeerMethod<I, O> method, I request, List<HttpHeader> headers) {
    return stream(method, Source.single(request), headers).runWith(Sink.head(), materializer);
  }

  /** The answers as they come, as fast as they are taken. Runs once, from now on. */
  public <I, O> Source<O, NotUsed> stream(
      PeerMethod<I, O> method, Source<I, NotUsed> messages, List<HttpHeader> headers) {
    var uri = akka.http.scaladsl.model.Uri.apply("https://%s%s".formatted(address, method.path()));
    var request =
        GrpcRequestHelpers.apply(
            uri,
            scala(headers),
            messages.asScala(),
            GrpcRequestHelpers.apply$default$4(),
            method.request(),
            GrpcProtocolNative.newWriter(Identity$.MODULE$),
            system);
    var response = send(request).thenApply(PeerChannel::asScala);
    return AkkaHttpClientUtils.responseToSource(
            uri,
            FutureConverters.asScala(response),
            method.response(),
            system.executionContext(),
            materializer)
        .asJava()
        .mapMaterializedValue(_ -> NotUsed.getInstance())
        .via(life.flow());
  }

  private static scala.collection.immutable.Seq<akka.http.scaladsl.model.HttpHeader> scala(
      List<HttpHeader> headers) {
    return CollectionConverters.asScala(
            headers.stream().map(header -> (akka.http.scaladsl.model.HttpHeader) header).toList())
        .toSeq();
  }

  private static akka.http.scaladsl.model.HttpResponse asScala(HttpResponse response) {
    return (akka.http.scaladsl.model.HttpResponse) response;
  }

  /** A whole request as it came from somebody else, answered as the host answers it. */
  public CompletionStage<HttpResponse> forward(HttpRequest request) {
    return send(request);
  }

  private CompletableFuture<HttpResponse> send(akka.http.javadsl.model.HttpRequest request) {
    var promise = new CompletableFuture<HttpResponse>();
    open.add(promise);
    promise.whenComplete((_, _) -> open.remove(promise));
    if (ended.isDone()) {
      fail(promise, "the connection has ended");
      return promise;
    }
    var offered = requests.offer(request.addAttribute(ANSWER, new Answer(promise)));
    if (!offered.isEnqueued()) {
      fail(promise, "too many calls wait for it");
    }
    return promise;
  }

  /**
   * All its calls fail now: the host is not heard of, and says neither that it goes nor when it is
   * cut off. May be repeated, and come after the connection's own end.
   */
  public void abort(String reason) {
    closed.set(true);
    life.abort(new IOException("cannot reach host %s: %s".formatted(address, reason)));
    complete();
  }

  /** Calls that are under way go on to their end. */
  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      complete();
    }
  }

  /** The connection may end by itself at any moment, and takes the queue with it. */
  private void complete() {
    try {
      requests.complete();
    } catch (IllegalStateException _) {
      // It has.
    }
  }
}
