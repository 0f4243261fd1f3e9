package io.gantry.agent.image.registry;

import io.gantry.agent.Credentials;
import io.gantry.agent.image.BadImage;
import io.gantry.agent.image.Digest;
import io.gantry.agent.image.Reference;
import io.gantry.agent.image.registry.RegistryFailure.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One repository of a registry, as one client sees it (OCI distribution-spec, "Pull"). Requests
 * that fail for reasons that may pass are made again.
 */
public final class Repository {
  private static final int MOST_MANIFEST_BYTES = 4 << 20;
  private static final int MOST_TAGS = 10_000;
  private static final int MOST_PAGES = 200;

  private final RegistryClient client;
  private final Reference reference;
  private final Credentials credentials;
  private final Scope scope;
  private final boolean mirrored;

  /** Where the manifest was found: what it names is there too. */
  private volatile Optional<Exchange> chosen = Optional.empty();

  Repository(
      RegistryClient client,
      Reference reference,
      Credentials credentials,
      Scope scope,
      boolean mirrored) {
    this.client = client;
    this.reference = reference;
    this.credentials = credentials;
    this.scope = scope;
    this.mirrored = mirrored;
  }

  Exchange exchange() throws IOException {
    var known = chosen;
    return known.isPresent()
        ? known.get()
        : exchange(client.door(new Host(reference.domain())), false);
  }

  private Exchange exchange(Door door, boolean isMirror) {
    var shown = isMirror ? Credentials.NONE : credentials;
    return new Exchange(client.wire(), door, client.access(door, shown), scope);
  }

  private interface Question<T> {
    T ask(Exchange exchange) throws IOException;
  }

  /** At the mirrors first. Their failures matter to nobody as long as the registry answers. */
  private <T> T anywhere(Question<T> question) throws IOException {
    if (chosen.isPresent()) {
      return question.ask(chosen.get());
    }
    var registry = new Host(reference.domain());
    var doors = client.doors(registry, mirrored);
    for (var mirror : doors.subList(0, doors.size() - 1)) {
      try {
        var exchange = exchange(mirror, true);
        var answer = question.ask(exchange);
        chosen = Optional.of(exchange);
        return answer;
      } catch (IOException e) {
        continue;
      }
    }
    try {
      var exchange = exchange(doors.getLast(), false);
      var answer = question.ask(exchange);
      chosen = Optional.of(exchange);
      return answer;
    } catch (RegistryFailure e) {
      if (e.kind() == Kind.UNREACHABLE) {
        client.forget(registry);
      }
      throw e;
    }
  }

  /**
   * What a tag or digest names now, without fetching it.
   *
   * @param name a tag or a digest
   */
  public Descriptor resolve(String name) throws IOException {
    return anywhere(exchange -> resolve(exchange, name));
  }

  private Descriptor resolve(Exchange exchange, String name) throws IOException {
    var response =
        exchange.send("manifests/" + name, request -> accepting(request).HEAD(), Exchange.FOUND);
    response.body().close();
    var digest = response.headers().firstValue("Docker-Content-Digest").orElse("");
    if (Digest.isDigest(digest)) {
      return new Descriptor(
          response.headers().firstValue("Content-Type").orElse(""),
          Digest.parse(digest),
          response.headers().firstValueAsLong("Content-Length").orElse(0),
          Optional.empty());
    }
    // A registry need not say (OCI distribution-spec: SHOULD): then the content does.
    var manifest = manifest(exchange, name);
    return new Descriptor(
        manifest.mediaType(), manifest.digest(), manifest.bytes().length, Optional.empty());
  }

  /**
   * The manifest of a tag or a digest, checked against the digest where it was asked for by one.
   *
   * @param name a tag or a digest
   */
  public Manifest manifest(String name) throws IOException {
    return anywhere(exchange -> manifest(exchange, name));
  }

  private Manifest manifest(Exchange exchange, String name) throws IOException {
    var response =
        exchange.send("manifests/" + name, request -> accepting(request).GET(), Exchange.FOUND);
    try (var body = response.body()) {
      var bytes = body.readNBytes(MOST_MANIFEST_BYTES + 1);
      if (bytes.length > MOST_MANIFEST_BYTES) {
        throw new BadImage("manifest is larger than %d bytes".formatted(MOST_MANIFEST_BYTES));
      }
      var manifest =
          ManifestReader.read(bytes, response.headers().firstValue("Content-Type").orElse(""));
      if (Digest.isDigest(name) && !manifest.digest().toString().equals(name)) {
        throw new BadImage(
            "manifest verification failed for digest %s: found %s"
                .formatted(name, manifest.digest()));
      }
      return manifest;
    }
  }

  /** A manifest of whatever kind, as it is. */
  byte[] bytes(String name) throws IOException {
    return anywhere(
        exchange -> {
          var response =
              exchange.send(
                  "manifests/" + name, request -> accepting(request).GET(), Exchange.FOUND);
          try (var body = response.body()) {
            return body.readNBytes(MOST_MANIFEST_BYTES);
          }
        });
  }

  private static HttpRequest.Builder accepting(HttpRequest.Builder request) {
    return request.setHeader("Accept", String.join(", ", MediaTypes.MANIFESTS));
  }

  /**
   * A blob's bytes from an offset on.
   *
   * @param from where {@code body} begins: what was asked for, or 0 from a registry that cannot
   * @param total of the whole blob, where the registry says
   */
  public record Blob(InputStream body, long from, OptionalLong total) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      body.close();
    }
  }

  /** The bytes are the registry's word: whoever reads them checks their digest. */
  public Blob blob(Digest digest, long from) throws IOException {
    var exchange = exchange();
    var response =
        exchange.send(
            "blobs/" + digest,
            request ->
                (from > 0 ? request.setHeader("Range", "bytes=%d-".formatted(from)) : request)
                    .GET(),
            Exchange.PART);
    var length = response.headers().firstValueAsLong("Content-Length");
    return switch (response.statusCode()) {
      case 206 -> {
        var start = ContentRange.start(response.headers().firstValue("Content-Range").orElse(""));
        if (start.isEmpty() || start.getAsLong() != from) {
          response.body().close();
          throw new RegistryFailure(
              Kind.OTHER,
              "the registry answered a request for bytes from %d with others".formatted(from));
        }
        yield new Blob(
            response.body(),
            from,
            length.isPresent() ? OptionalLong.of(from + length.getAsLong()) : length);
      }
      case 416 -> {
        response.body().close();
        yield blob(digest, 0);
      }
      default -> new Blob(response.body(), 0, length);
    };
  }

  /** A blob as a whole, checked. */
  public byte[] small(Descriptor descriptor, int most) throws IOException {
    if (descriptor.size() > most) {
      throw new BadImage("blob %s is larger than %d bytes".formatted(descriptor.digest(), most));
    }
    var bytes = whole(descriptor.digest(), most);
    var found = Digest.of(bytes);
    if (!found.equals(descriptor.digest())) {
      throw new BadImage(
          "filesystem layer verification failed for digest %s: found %s"
              .formatted(descriptor.digest(), found));
    }
    return bytes;
  }

  private byte[] whole(Digest digest, int most) throws IOException {
    for (var attempt = 1; ; attempt++) {
      try (var blob = blob(digest, 0)) {
        return blob.body().readNBytes(most + 1);
      } catch (RegistryFailure | InterruptedIOException e) {
        throw e;
      } catch (IOException e) {
        if (attempt >= client.wire().settings().attempts()) {
          throw e;
        }
      }
    }
  }

  /** All tags of the repository, as the registry orders them. */
  public List<String> tags() throws IOException {
    return anywhere(Repository.this::tags);
  }

  private List<String> tags(Exchange exchange) throws IOException {
    var tags = new ArrayList<String>();
    Optional<String> next = Optional.of("tags/list");
    for (var page = 0; next.isPresent(); page++) {
      if (page >= MOST_PAGES) {
        throw new BadImage("repository has more than %d pages of tags".formatted(MOST_PAGES));
      }
      var response = exchange.send(next.get(), HttpRequest.Builder::GET, Exchange.FOUND);
      try (var body = response.body()) {
        var json =
            RegistryJson.object(body.readNBytes(MOST_MANIFEST_BYTES + 1), "the list of tags");
        for (var tag : json.path("tags")) {
          if (tags.size() >= MOST_TAGS) {
            throw new BadImage("repository has more than %d tags".formatted(MOST_TAGS));
          }
          tags.add(tag.asText());
        }
      }
      next =
          response
              .headers()
              .firstValue("Link")
              .flatMap(link -> Links.next(link, exchange.base("tags/list")));
    }
    return List.copyOf(tags);
  }
}
