package io.gantry.agent.docker;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.RawHeader;
import akka.stream.Materializer;
import io.gantry.agent.Caller;
import io.gantry.agent.Engine;
import io.gantry.agent.docker.http.Client;
import io.gantry.agent.docker.http.HttpServer;
import io.gantry.agent.docker.json.VersionJson;
import io.gantry.agent.socket.ListenAddress;
import io.gantry.agent.socket.SocketListener;
import io.gantry.agent.socket.TlsSettings;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;

/** The Docker Engine API over one engine, on one address. */
public final class DockerApi {
  private static final Pattern VERSION = Pattern.compile("v[0-9]+\\.[0-9]+");
  private static final Pattern SANE_REQUEST_ID = Pattern.compile("[A-Za-z0-9._:/+=-]{1,128}");
  private static final List<RawHeader> EVERY_RESPONSE =
      List.of(
          RawHeader.create("Api-Version", ApiVersion.CURRENT.toString()),
          RawHeader.create("Docker-Experimental", "false"),
          RawHeader.create("Ostype", "linux"));

  /** For engines that may have to ask another host before they answer. */
  private static final Executor WAITING = task -> Thread.ofVirtual().start(task);

  private final Engine engine;
  private final Router router;
  private final Materializer materializer;

  private DockerApi(Engine engine, InstantSource clock, Materializer materializer) {
    this.engine = engine;
    this.router = routes(engine, clock);
    this.materializer = materializer;
  }

  /**
   * @param group owns a unix socket beside root
   * @param tls without it only unix sockets and loopback addresses are served
   */
  public record Settings(ListenAddress address, Optional<String> group, Optional<TlsSettings> tls) {
    public static Settings of(ListenAddress address) {
      return new Settings(address, Optional.empty(), Optional.empty());
    }
  }

  /** A listening API; {@link #close} stops it and breaks off what it still serves. */
  public record Binding(HttpServer server) implements AutoCloseable {
    public ListenAddress address() {
      return server.address();
    }

    @Override
    public void close() {
      server.close();
    }
  }

  /** Fails with an IOException whose message says why the address cannot be served. */
  public static CompletionStage<Binding> bind(
      ActorSystem<?> system, Engine engine, Settings settings) {
    var api =
        new DockerApi(engine, InstantSource.system(), Materializer.createMaterializer(system));
    try {
      return CompletableFuture.completedFuture(
          new Binding(
              HttpServer.bind(
                  system,
                  settings.address(),
                  new SocketListener.Options(settings.group(), settings.tls(), List.of("http/1.1")),
                  "Docker/%s (linux)".formatted(VersionJson.COMPATIBLE),
                  api::handle)));
    } catch (IOException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private static Router routes(Engine engine, InstantSource clock) {
    var router = new Router();
    new SystemRoutes(engine, clock).addTo(router);
    new ContainerViewRoutes(engine, clock).addTo(router);
    new StdioRoutes(engine.containers(), clock).addTo(router);
    new PruneRoutes(engine, clock).addTo(router);
    new LifecycleRoutes(engine.containers()).addTo(router);
    new ExecRoutes(engine.containers()).addTo(router);
    new FileRoutes(engine.files()).addTo(router);
    new UsageRoutes(engine.containers()).addTo(router);
    var registries = new RegistryRoutes(engine.registries());
    registries.addTo(router);
    new ImageTransferRoutes(engine.images(), registries).addTo(router);
    new ImageRoutes(engine).addTo(router);
    new BuildRoutes(engine.builds(), engine.prunes(), clock).addTo(router);
    new VolumeRoutes(engine.volumes()).addTo(router);
    new NetworkRoutes(engine).addTo(router);
    new DiskUsageRoutes(engine, clock).addTo(router);
    new EventRoutes(engine, clock).addTo(router);
    new SwarmRoutes(engine).addTo(router);
    new NodeRoutes(engine).addTo(router);
    new ServiceRoutes(engine).addTo(router);
    new TaskRoutes(engine).addTo(router);
    new ServiceLogRoutes(engine, clock).addTo(router);
    new AbsentRoutes(engine).addTo(router);
    return router;
  }

  private CompletionStage<HttpResponse> handle(
      HttpRequest request, Client client, Optional<InputStream> upload) {
    var requestId = requestId(request);
    var body = new Body(request.entity(), upload, engine.mayWait() ? WAITING : Runnable::run);
    return answered(request, body, client, requestId)
        .thenCompose(response -> body.discard(materializer).thenApply(_ -> response))
        .thenApply(
            response ->
                Answers.withHeaders(response, EVERY_RESPONSE)
                    .addHeader(RawHeader.create("X-Request-Id", requestId)));
  }

  private CompletionStage<HttpResponse> answered(
      HttpRequest request, Body body, Client client, String requestId) {
    return engine.mayWait()
        ? CompletableFuture.supplyAsync(() -> answer(request, body, client, requestId), WAITING)
            .thenCompose(answer -> answer)
        : answer(request, body, client, requestId);
  }

  private CompletionStage<HttpResponse> answer(
      HttpRequest request, Body body, Client client, String requestId) {
    try {
      var raw = request.getHeader("Raw-Request-URI").orElseThrow().value();
      var target = Target.parse(raw);
      var version = ApiVersion.CURRENT;
      var segments = target.segments();
      if (!segments.isEmpty() && VERSION.matcher(segments.getFirst()).matches()) {
        version = ApiVersion.parse(segments.getFirst().substring(1)).requireSupported();
        target = new Target(segments.subList(1, segments.size()), target.query());
      }
      target = target.joined(engine::isHost);
      var caller = new Caller(requestId, client.principal());
      var call = new Call(request, client, version, target, Map.of(), caller, body, materializer);
      return router.answer(request.method().value(), call);
    } catch (Refusal refusal) {
      return Answers.now(Answers.refusal(refusal));
    }
  }

  /** The client's own, when it can stand in a log line, else a new one. */
  private static String requestId(HttpRequest request) {
    return request
        .getHeader("X-Request-Id")
        .map(akka.http.javadsl.model.HttpHeader::value)
        .filter(value -> SANE_REQUEST_ID.matcher(value).matches())
        .orElseGet(() -> UUID.randomUUID().toString());
  }
}
