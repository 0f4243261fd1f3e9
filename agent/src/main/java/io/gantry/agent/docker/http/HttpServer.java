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
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on one endpoint until closed. Each connection is one materialized Akka HTTP server layer;
 * a bug in a handler ends its connection and no other.
 */
public final class HttpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

  /** Waiting clients (logs, events, attach) hold a connection each. */
  private static final int MAX_CONNECTIONS = 8192;

  private final Endpoint endpoint;
  private final ServerSocketChannel listener;
  private final Optional<Tls> tls;
  private final Handler handler;
  private final Materializer materializer;
  private final BidiFlow<HttpResponse, ByteString, ByteString, HttpRequest, NotUsed> layer;
  private final Set<Wire> open = ConcurrentHashMap.newKeySet();
  private final Semaphore places = new Semaphore(MAX_CONNECTIONS);

  private HttpServer(
      ActorSystem<?> system,
      Endpoint endpoint,
      ServerSocketChannel listener,
      Optional<Tls> tls,
      String serverHeader,
      Handler handler) {
    this.endpoint = endpoint;
    this.listener = listener;
    this.tls = tls;
    this.handler = handler;
    this.materializer = Materializer.createMaterializer(system);
    this.layer = Http.get(system).serverLayer(settings(system, serverHeader)).atop(plain());
  }

  /**
   * Binds and starts to accept.
   *
   * @param group of a unix socket, beside root
   * @param tls required for a TCP address other than loopback
   * @throws IOException when the endpoint is taken, refused or cannot be made; the message says why
   */
  public static HttpServer bind(
      ActorSystem<?> system,
      Endpoint endpoint,
      Optional<String> group,
      Optional<Tls> tls,
      String serverHeader,
      Handler handler)
      throws IOException {
    var listener =
        switch (endpoint) {
          case Endpoint.Unix(var path) -> UnixSocketFile.listen(path, group);
          case Endpoint.Tcp tcp -> listen(tcp, tls);
        };
    var server = new HttpServer(system, endpoint, listener, tls, serverHeader, handler);
    Thread.ofVirtual().name("docker-accept").start(server::acceptAll);
    return server;
  }

  private static ServerSocketChannel listen(Endpoint.Tcp tcp, Optional<Tls> tls)
      throws IOException {
    if (tls.isEmpty() && !tcp.isLoopback()) {
      throw new IOException(
          "refuse to listen on %s: a TCP address other than loopback needs TLS with client certificates"
              .formatted(tcp));
    }
    var channel = ServerSocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      return channel.bind(tcp.address(), 1024);
    } catch (IOException e) {
      channel.close();
      throw new IOException("cannot listen on %s: %s".formatted(tcp, e.getMessage()), e);
    }
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

  public Endpoint endpoint() {
    return endpoint;
  }

  /** The port that was bound, for an endpoint that left the choice to the kernel. */
  public int port() throws IOException {
    return listener.getLocalAddress() instanceof java.net.InetSocketAddress address
        ? address.getPort()
        : -1;
  }

  /** Stops accepting, removes a unix socket's file and breaks off open connections. */
  @Override
  public void close() throws IOException {
    listener.close();
    if (endpoint instanceof Endpoint.Unix(var path)) {
      Files.deleteIfExists(path);
    }
    for (var wire : open) {
      wire.close();
    }
    materializer.shutdown();
  }

  private void acceptAll() {
    while (true) {
      places.acquireUninterruptibly();
      try {
        var channel = listener.accept();
        Thread.ofVirtual().name("docker-connect").start(() -> welcome(channel));
      } catch (ClosedChannelException closed) {
        return;
      } catch (IOException e) {
        places.release();
        LOG.warn("cannot accept a connection on {}: {}", endpoint, e.getMessage());
        pauseBeforeNextAccept();
      }
    }
  }

  /** Out of file descriptors, most likely: they come back when others end. */
  private static void pauseBeforeNextAccept() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void welcome(SocketChannel channel) {
    try {
      switch (endpoint) {
        case Endpoint.Unix _ -> serve(new SocketWire(channel), Principals.ofUnix(channel));
        case Endpoint.Tcp _ -> {
          channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
          channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
          if (tls.isPresent()) {
            var socket = handshake(channel, tls.get());
            var peer = socket.getSession().getPeerPrincipal().getName();
            serve(new TlsWire(socket), "tls:" + peer);
          } else {
            serve(new SocketWire(channel), Principals.ofTcp(channel));
          }
        }
      }
    } catch (IOException | RuntimeException e) {
      LOG.debug("connection on {} ended before its first request: {}", endpoint, e.getMessage());
      places.release();
      closeQuietly(channel);
    }
  }

  private static SSLSocket handshake(SocketChannel channel, Tls tls) throws IOException {
    var plain = channel.socket();
    var socket =
        (SSLSocket)
            tls.context().getSocketFactory().createSocket(plain, null, plain.getPort(), true);
    socket.setUseClientMode(false);
    socket.setNeedClientAuth(true);
    socket.setSoTimeout(10_000);
    socket.startHandshake();
    socket.setSoTimeout(0);
    return socket;
  }

  private void serve(Wire wire, String principal) {
    var connection = new Connection(principal, KillSwitches.shared("docker-client"));
    var hijacked = new AtomicBoolean();
    open.add(wire);
    var bridge =
        Flow.fromGraph(
            new SocketBridge(
                wire,
                () -> {
                  if (!hijacked.get()) {
                    connection.untilGone().shutdown();
                  }
                },
                () -> {
                  open.remove(wire);
                  places.release();
                }));
    var gate = BidiFlow.fromGraph(new HijackGate(() -> hijacked.set(true)));
    Flow.of(HttpRequest.class)
        .mapAsync(1, request -> answer(request, connection))
        .join(layer.atop(gate))
        .join(bridge)
        .run(materializer);
  }

  private CompletionStage<HttpResponse> answer(HttpRequest request, Connection connection) {
    try {
      return handler.handle(request, connection);
    } catch (RuntimeException e) {
      LOG.error("bug in the handler of {} {}", request.method().value(), request.getUri(), e);
      return CompletableFuture.failedStage(e);
    }
  }

  private static void closeQuietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("closing a connection: {}", e.getMessage());
    }
  }
}
