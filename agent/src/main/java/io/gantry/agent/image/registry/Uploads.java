package io.gantry.agent.image.registry;

import io.gantry.agent.image.Digest;
import io.gantry.agent.image.registry.RegistryFailure.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Writing to one repository of a registry (OCI distribution-spec, "Push"): nothing is sent that is
 * there, and what was cut off goes on where the registry says it is.
 */
public final class Uploads {
  private static final Set<Integer> STARTED = Set.of(201, 202);
  private static final Set<Integer> TAKEN = Set.of(201, 202, 204);
  private static final Set<Integer> KNOWN = Set.of(200, 404);
  private static final int FUTILE = 5;

  /** Of one part. That it moves is seen to by the wire. */
  private static final Duration LONGEST = Duration.ofDays(7);

  private final Repository repository;

  public Uploads(Repository repository) {
    this.repository = repository;
  }

  /** Bytes to send; asked again when a part has to be sent again. */
  @FunctionalInterface
  public interface Content {
    InputStream from(long offset) throws IOException;
  }

  /** True when the registry has the blob, of this size as far as it says. */
  public boolean has(Digest blob, long size) throws IOException {
    var response = repository.exchange().send("blobs/" + blob, request -> request.HEAD(), KNOWN);
    response.body().close();
    return response.statusCode() == 200
        && response.headers().firstValueAsLong("Content-Length").orElse(size) == size;
  }

  /** Where to send a blob to. Empty: the registry has taken it from another repository of its. */
  public record Session(URI location) {}

  public Session begin() throws IOException {
    var response =
        repository
            .exchange()
            .send("blobs/uploads/", request -> request.POST(BodyPublishers.noBody()), Set.of(202));
    response.body().close();
    return session(response);
  }

  /**
   * Asks the registry to take a blob from another of its repositories. Empty: it has.
   *
   * @param from "library/busybox"
   */
  public Optional<Session> mount(Digest blob, String from) throws IOException {
    var query =
        "blobs/uploads/?mount=%s&from=%s"
            .formatted(
                URLEncoder.encode(blob.toString(), StandardCharsets.UTF_8),
                URLEncoder.encode(from, StandardCharsets.UTF_8));
    var exchange = repository.exchange().also(Scope.pull(from));
    var response = exchange.send(query, request -> request.POST(BodyPublishers.noBody()), STARTED);
    response.body().close();
    return response.statusCode() == 201 ? Optional.empty() : Optional.of(session(response));
  }

  private Session session(HttpResponse<?> response) throws IOException {
    var location = response.headers().firstValue("Location").orElse("");
    if (location.isEmpty()) {
      throw new RegistryFailure(Kind.OTHER, "the registry does not say where to upload to");
    }
    try {
      return new Session(response.uri().resolve(location));
    } catch (IllegalArgumentException e) {
      throw new RegistryFailure(Kind.OTHER, "the registry names no URL to upload to: " + location);
    }
  }

  /**
   * Sends a blob whole; after a cut what is missing of it. A registry may still take bytes of the
   * cut part in when it says how far it is (Debian's does), and then has some of them twice: after
   * a cut, a refusal of the whole is answered by sending it once more.
   */
  public void send(Session first, Digest blob, long size, Content content) throws IOException {
    var sent = sendParts(first, size, content);
    try {
      finish(sent.session(), blob);
    } catch (RegistryFailure e) {
      if (!sent.inParts()) {
        throw e;
      }
      finish(sendParts(begin(), size, content).session(), blob);
    }
  }

  /**
   * @param inParts what was cut off went on where the registry said
   */
  private record Sent(Session session, boolean inParts) {}

  private Sent sendParts(Session first, long size, Content content) throws IOException {
    var session = first;
    var inParts = false;
    long sent = 0;
    for (var futile = 0; sent < size || size == 0; ) {
      var from = sent;
      try {
        session = patch(session, from, size, content);
        sent = size;
        if (size == 0) {
          break;
        }
      } catch (RegistryFailure e) {
        var mayGoOn = e.mayPass() || (from > 0 && e.kind() == Kind.OUT_OF_PLACE);
        if (!mayGoOn || ++futile >= FUTILE) {
          throw e;
        }
        Pauses.before(futile, 200, 10_000);
        var status = status(session);
        if (status.isEmpty()) {
          session = begin();
          sent = 0;
          inParts = false;
        } else {
          session = status.get().session();
          futile = status.get().received() > from ? 0 : futile;
          sent = status.get().received();
          inParts = true;
        }
      }
    }
    return new Sent(session, inParts);
  }

  private void finish(Session session, Digest blob) throws IOException {
    var query = session.location().getRawQuery() == null ? "?" : "&";
    var last = session.location() + query + "digest=" + encoded(blob);
    exchange()
        .send(last, request -> request.PUT(BodyPublishers.noBody()), Set.of(201, 204))
        .body()
        .close();
  }

  private static String encoded(Digest digest) {
    return URLEncoder.encode(digest.toString(), StandardCharsets.UTF_8);
  }

  private Exchange exchange() throws IOException {
    return repository.exchange();
  }

  private Session patch(Session session, long from, long size, Content content) throws IOException {
    UnaryOperator<HttpRequest.Builder> request =
        builder ->
            builder
                .setHeader("Content-Type", "application/octet-stream")
                .setHeader("Content-Range", "%d-%d".formatted(from, Math.max(from, size - 1)))
                .timeout(LONGEST)
                .method("PATCH", body(from, size, content));
    var response = exchange().sendOnce(session.location(), request, TAKEN);
    response.body().close();
    return session(response);
  }

  private static HttpRequest.BodyPublisher body(long from, long size, Content content) {
    if (size == from) {
      return BodyPublishers.noBody();
    }
    var stream =
        BodyPublishers.ofInputStream(
            () -> {
              try {
                return content.from(from);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    return new MovingBody(BodyPublishers.fromPublisher(stream, size - from));
  }

  private record Status(Session session, long received) {}

  /** How far an upload is. Empty: the registry has forgotten it. */
  private Optional<Status> status(Session session) throws IOException {
    try {
      var response =
          exchange()
              .send(session.location().toString(), HttpRequest.Builder::GET, Set.of(204, 202, 404));
      response.body().close();
      if (response.statusCode() == 404) {
        return Optional.empty();
      }
      var range = response.headers().firstValue("Range").orElse("");
      var received = ContentRange.received(range);
      // "0-0" is what registries say of nothing as well as of one byte: begin again.
      return received.isEmpty() || received.getAsLong() <= 1
          ? Optional.empty()
          : Optional.of(new Status(session(response), received.getAsLong()));
    } catch (RegistryFailure e) {
      if (e.kind() == Kind.BLOB_UNKNOWN || e.kind() == Kind.MANIFEST_UNKNOWN) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Sends a manifest, and returns the digest that the registry says it has now. */
  public Digest manifest(String tag, String mediaType, byte[] bytes) throws IOException {
    var response =
        exchange()
            .send(
                "manifests/" + tag,
                request ->
                    request
                        .setHeader("Content-Type", mediaType)
                        .PUT(BodyPublishers.ofByteArray(bytes)),
                TAKEN);
    response.body().close();
    var said = response.headers().firstValue("Docker-Content-Digest").orElse("");
    var mine = Digest.of(bytes);
    if (!said.isEmpty() && !said.equals(mine.toString())) {
      throw new RegistryFailure(
          Kind.OTHER, "the registry stored manifest %s as %s".formatted(mine, said));
    }
    return mine;
  }
}
