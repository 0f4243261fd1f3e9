package io.gantry.agent.docker.http;

import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.Http;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.settings.ServerSettings;
import akka.stream.KillSwitches;
import akka.stream.Materializer;
import akka.stream.TLSProtocol.SslTlsInbound;
import akka.stream.TLSProtocol.SslTlsOutbound;
import akka.stream.javadsl.BidiFlow;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.TLSPlacebo;
import akka.util.ByteString;
import com.typesafe.config.ConfigFactory;
import io.gantry.agent.socket.Connection;
import io.gantry.agent.socket.ListenAddress;
import io.gantry.agent.socket.SocketListener;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on one address until closed. Each connection is one materialized Akka HTTP server layer;
 * a bug in a handler ends its connection and no other.
 */
public final class HttpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

  private final Handler handler;
  private final Materializer materializer;
  private final BidiFlow<HttpResponse, ByteString, ByteString, HttpRequest, NotUsed> layer;
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();
  private Optional<SocketListener> listener = Optional.empty();

  private HttpServer(ActorSystem<?> system, String serverHeader, Handler handler) {
    this.handler = handler;
    this.materializer = Materializer.createMaterializer(system);
    this.layer = Http.get(system).serverLayer(settings(system, serverHeader)).atop(plain());
  }

  /**
   * Binds and starts to accept.
   *
   * @throws IOException when the address is taken, refused or cannot be made; the message says why
   */
  public static HttpServer bind(
      ActorSystem<?> system,
      ListenAddress address,
      SocketListener.Options options,
      String serverHeader,
      Handler handler)
      throws IOException {
    var server = new HttpServer(system, serverHeader, handler);
    server.listener = Optional.of(SocketListener.bind(address, options, server::serve));
    return server;
  }

  /** The server layer speaks TLS's messages; TLS itself, if any, is below, in the {@link Wire}. */
  @SuppressWarnings("unchecked") // what comes in is declared narrower than the layer takes it
  private static BidiFlow<SslTlsOutbound, ByteString, ByteString, SslTlsInbound, NotUsed> plain() {
    return (BidiFlow<SslTlsOutbound, ByteString, ByteString, SslTlsInbound, NotUsed>)
        (BidiFlow<?, ?, ?, ?, ?>) TLSPlacebo.getInstance();
  }

  private static ServerSettings settings(ActorSystem<?> system, String serverHeader) {
    var overrides =
        ConfigFactory.parseString(
            """
            akka.http.server {
              idle-timeout = infinite
              request-timeout = infinite
              raw-request-uri-header = on
              pipelining-limit = 1
              default-host-header = "docker"
              parsing {
                max-content-length = infinite
                max-uri-length = 64k
                max-header-value-length = 64k
                max-header-count = 128
                uri-parsing-mode = relaxed
                illegal-header-warnings = off
                error-logging-verbosity = off
              }
            }
            """);
    var header =
        ConfigFactory.parseMap(java.util.Map.of("akka.http.server.server-header", serverHeader));
    return ServerSettings.create(
        header.withFallback(overrides).withFallback(system.settings().config()));
  }

  /** As bound: a TCP port 0 has become the one that was given. */
  public ListenAddress address() {
    return listener.orElseThrow().address();
  }

  /** Stops accepting, removes a unix socket's file and breaks off open connections. */
  @Override
  public void close() {
    listener.orElseThrow().close();
    open.forEach(Connection::close);
    materializer.shutdown();
  }

  private void serve(Connection connection) {
    open.add(connection);
    var client = new Client(connection.principal(), KillSwitches.shared("docker-client"));
    var hijacked = new AtomicBoolean();
    var inbox = new Inbox();
    var upload = new AtomicReference<@Nullable Upload>();
    var bridge =
        Flow.fromGraph(
            new SocketBridge(
                connection,
                inbox,
                () -> {
                  if (!hijacked.get()) {
                    client.untilGone().shutdown();
                  }
                },
                () -> open.remove(connection)));
    var gate =
        BidiFlow.fromGraph(
            new HijackGate(connection, inbox, upload::set, () -> hijacked.set(true)));
    Flow.of(HttpRequest.class)
        .mapAsync(1, request -> answer(request, client, upload))
        .join(layer.atop(gate))
        .join(bridge)
        .run(materializer);
  }

  private CompletionStage<HttpResponse> answer(
      HttpRequest request, Client client, AtomicReference<@Nullable Upload> upload) {
    var body =
        request
            .getHeader(RequestFraming.ASIDE)
            .<InputStream>map(_ -> Objects.requireNonNull(upload.getAndSet(null)));
    try {
      return handler.handle(request, client, body);
    } catch (RuntimeException e) {
      LOG.error("bug in the handler of {} {}", request.method().value(), request.getUri(), e);
      return CompletableFuture.failedStage(e);
    }
  }
}
