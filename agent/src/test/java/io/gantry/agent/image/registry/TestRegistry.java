package io.gantry.agent.image.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.gantry.agent.image.Digest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** A registry in memory that does wrong when it is told to. Plain HTTP on loopback. */
public final class TestRegistry implements AutoCloseable {
  /** What one request meets in place of what it asked for. */
  public sealed interface Fault {
    /** The connection is cut after so many bytes of the body. */
    record CutAfter(int bytes) implements Fault {}

    record Status(int code, Map<String, String> headers) implements Fault {}

    /** Other bytes, as many. */
    record WrongBytes() implements Fault {}

    /** The whole where a part was asked for. */
    record RangeIgnored() implements Fault {}

    /** Nothing more comes after so many bytes. */
    record SilentAfter(int bytes) implements Fault {}
  }

  private final HttpServer server;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  private final Map<String, byte[]> manifests = new ConcurrentHashMap<>();
  private final Map<String, byte[]> uploads = new ConcurrentHashMap<>();
  private final AtomicLong sessions = new AtomicLong();
  private final Queue<Fault> blobFaults = new ConcurrentLinkedQueue<>();
  private final Queue<Fault> manifestFaults = new ConcurrentLinkedQueue<>();
  private final Queue<Integer> uploadCuts = new ConcurrentLinkedQueue<>();
  private final Queue<byte[]> strayBytes = new ConcurrentLinkedQueue<>();
  private volatile boolean checksRanges;
  private volatile byte[] searchAnswer = new byte[0];
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private volatile Optional<String> basic = Optional.empty();
  private volatile Optional<String> bearer = Optional.empty();

  public TestRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  /** "127.0.0.1:PORT". */
  public String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  public Digest blob(byte[] bytes) {
    var digest = Digest.of(bytes);
    blobs.put(digest.toString(), bytes);
    return digest;
  }

  public Optional<byte[]> blob(Digest digest) {
    return Optional.ofNullable(blobs.get(digest.toString()));
  }

  public Digest manifest(String name, byte[] bytes) {
    var digest = Digest.of(bytes);
    manifests.put(name, bytes);
    manifests.put(digest.toString(), bytes);
    return digest;
  }

  public Optional<byte[]> manifest(String name) {
    return Optional.ofNullable(manifests.get(name));
  }

  /** For the next requests of blobs, one each. */
  public void blobsMeet(Fault... faults) {
    blobFaults.addAll(List.of(faults));
  }

  public void manifestsMeet(Fault... faults) {
    manifestFaults.addAll(List.of(faults));
  }

  /** The next uploads are cut after so many bytes, one each. */
  public void cutUploadsAfter(Integer... bytes) {
    uploadCuts.addAll(List.of(bytes));
  }

  /** Parts that do not begin where the upload is are refused with 416. */
  public void checkRangesOfUploads() {
    checksRanges = true;
  }

  /**
   * The next upload that somebody asks about gets these bytes behind the answer: one asked too
   * early.
   */
  public void uploadsGrowAfterTheyWereAskedAbout(byte[] bytes) {
    strayBytes.add(bytes);
  }

  /** What every search finds. */
  public void searchesFind(String json) {
    searchAnswer = json.getBytes(StandardCharsets.UTF_8);
  }

  public void requireBasic(String user, String password) {
    basic = Optional.of(user + ":" + password);
  }

  /** The token service is this server's /token, and asks for these as basic credentials. */
  public void requireBearer(String user, String password) {
    bearer = Optional.of(user + ":" + password);
  }

  /** "METHOD PATH RANGE" of every request so far. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  /** What requests have shown so far. */
  public List<String> authorizations() {
    return List.copyOf(authorizations);
  }

  private void handle(HttpExchange exchange) throws IOException {
    var path = exchange.getRequestURI().getPath();
    var range = exchange.getRequestHeaders().getFirst("Range");
    requests.add(
        "%s %s%s".formatted(exchange.getRequestMethod(), path, range == null ? "" : " " + range));
    var shown = exchange.getRequestHeaders().getFirst("Authorization");
    if (shown != null) {
      authorizations.add(shown);
    }
    try {
      if (path.equals("/token")) {
        token(exchange);
      } else if (!mayEnter(exchange)) {
        return;
      } else if (path.equals("/v2/")) {
        answer(exchange, 200, "{}".getBytes(StandardCharsets.UTF_8));
      } else if (path.contains("/blobs/uploads/")) {
        upload(exchange, path);
      } else if (path.contains("/blobs/")) {
        serve(exchange, blobs.get(last(path)), blobFaults.poll(), "BLOB_UNKNOWN");
      } else if (path.endsWith("/tags/list")) {
        tags(exchange);
      } else if (path.equals("/v1/search")) {
        requests.add("SEARCH " + exchange.getRequestURI().getQuery());
        answer(exchange, 200, searchAnswer);
      } else if (path.contains("/manifests/")) {
        manifest(exchange, last(path));
      } else {
        error(exchange, 404, "UNSUPPORTED");
      }
    } finally {
      exchange.close();
    }
  }

  private static String last(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private boolean mayEnter(HttpExchange exchange) throws IOException {
    var shown = exchange.getRequestHeaders().getFirst("Authorization");
    if (basic.isPresent() && !basicOf(basic.get()).equals(shown)) {
      exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"test\"");
      error(exchange, 401, "UNAUTHORIZED");
      return false;
    }
    if (bearer.isPresent() && !"Bearer good".equals(shown)) {
      exchange
          .getResponseHeaders()
          .set(
              "WWW-Authenticate",
              "Bearer realm=\"http://%s/token\",service=\"test\"".formatted(host()));
      error(exchange, 401, "UNAUTHORIZED");
      return false;
    }
    return true;
  }

  private static String basicOf(String pair) {
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  private void token(HttpExchange exchange) throws IOException {
    if (basicOf(bearer.orElseThrow())
        .equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      requests.add("SCOPE " + exchange.getRequestURI().getQuery());
      answer(exchange, 200, "{\"token\":\"good\"}".getBytes(StandardCharsets.UTF_8));
    } else {
      error(exchange, 401, "UNAUTHORIZED");
    }
  }

  /** One tag a page. */
  private void tags(HttpExchange exchange) throws IOException {
    var tags = manifests.keySet().stream().filter(name -> !name.contains(":")).sorted().toList();
    var query = exchange.getRequestURI().getQuery();
    var at = query == null ? 0 : tags.indexOf(query.replaceAll(".*last=", "")) + 1;
    if (at + 1 < tags.size()) {
      var path = exchange.getRequestURI().getPath();
      exchange
          .getResponseHeaders()
          .set("Link", "<%s?n=1&last=%s>; rel=\"next\"".formatted(path, tags.get(at)));
    }
    answer(
        exchange,
        200,
        "{\"tags\":[\"%s\"]}".formatted(tags.get(at)).getBytes(StandardCharsets.UTF_8));
  }

  private void manifest(HttpExchange exchange, String name) throws IOException {
    if (exchange.getRequestMethod().equals("PUT")) {
      var digest = manifest(name, exchange.getRequestBody().readAllBytes());
      exchange.getResponseHeaders().set("Docker-Content-Digest", digest.toString());
      answer(exchange, 201, new byte[0]);
      return;
    }
    var bytes = manifests.get(name);
    if (bytes != null) {
      exchange.getResponseHeaders().set("Docker-Content-Digest", Digest.of(bytes).toString());
      exchange.getResponseHeaders().set("Content-Type", MediaTypes.DOCKER_MANIFEST);
    }
    serve(exchange, bytes, manifestFaults.poll(), "MANIFEST_UNKNOWN");
  }

  private void serve(HttpExchange exchange, byte[] bytes, Fault fault, String unknown)
      throws IOException {
    switch (fault) {
      case Fault.Status(var code, var headers) -> {
        headers.forEach(exchange.getResponseHeaders()::set);
        error(exchange, code, code == 429 ? "TOOMANYREQUESTS" : "UNKNOWN");
      }
      case null, default -> {
        if (bytes == null) {
          error(exchange, 404, unknown);
        } else {
          serve(exchange, bytes, fault);
        }
      }
    }
  }

  private void serve(HttpExchange exchange, byte[] whole, Fault fault) throws IOException {
    var range = exchange.getRequestHeaders().getFirst("Range");
    var from =
        range == null || fault instanceof Fault.RangeIgnored
            ? 0
            : Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
    var bytes = Arrays.copyOfRange(whole, from, whole.length);
    if (fault instanceof Fault.WrongBytes) {
      Arrays.fill(bytes, (byte) 'x');
    }
    if (from > 0) {
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes %d-%d/%d".formatted(from, whole.length - 1, whole.length));
    }
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(bytes.length));
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, bytes.length == 0 ? -1 : bytes.length);
    switch (fault) {
      case Fault.CutAfter(var count) ->
          exchange.getResponseBody().write(bytes, 0, Math.min(count, bytes.length));
      case Fault.SilentAfter(var count) -> {
        exchange.getResponseBody().write(bytes, 0, Math.min(count, bytes.length));
        exchange.getResponseBody().flush();
        awaitClose();
      }
      case null, default -> {
        if (bytes.length > 0) {
          exchange.getResponseBody().write(bytes);
        }
      }
    }
  }

  private void awaitClose() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void upload(HttpExchange exchange, String path) throws IOException {
    switch (exchange.getRequestMethod()) {
      case "POST" -> {
        // Never a name again: uploads begin side by side, and end.
        var session = path + "s" + sessions.incrementAndGet();
        uploads.put(session, new byte[0]);
        exchange.getResponseHeaders().set("Location", session);
        answer(exchange, 202, new byte[0]);
      }
      case "PATCH" -> patch(exchange, path);
      case "GET" -> {
        var have = uploads.getOrDefault(path, new byte[0]).length;
        exchange.getResponseHeaders().set("Location", path);
        exchange.getResponseHeaders().set("Range", "0-" + Math.max(0, have - 1));
        var stray = strayBytes.poll();
        if (stray != null) {
          append(path, stray);
        }
        exchange.sendResponseHeaders(204, -1);
      }
      default -> {
        var bytes = uploads.remove(path);
        var digest = exchange.getRequestURI().getQuery().replace("digest=", "");
        if (bytes == null || !Digest.of(bytes).toString().equals(digest)) {
          error(exchange, 400, "DIGEST_INVALID");
        } else {
          blob(bytes);
          answer(exchange, 201, new byte[0]);
        }
      }
    }
  }

  private void patch(HttpExchange exchange, String path) throws IOException {
    var range = exchange.getRequestHeaders().getFirst("Content-Range");
    if (checksRanges && !range.startsWith(uploads.get(path).length + "-")) {
      error(exchange, 416, "RANGE_INVALID");
      return;
    }
    var cut = uploadCuts.poll();
    var in = exchange.getRequestBody();
    append(path, cut == null ? in.readAllBytes() : in.readNBytes(cut));
    if (cut == null) {
      exchange.getResponseHeaders().set("Location", path);
      answer(exchange, 202, new byte[0]);
    }
  }

  private void append(String path, byte[] bytes) {
    uploads.compute(
        path,
        (_, before) -> {
          var all = Arrays.copyOf(before, before.length + bytes.length);
          System.arraycopy(bytes, 0, all, before.length, bytes.length);
          return all;
        });
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  private static void error(HttpExchange exchange, int status, String code) throws IOException {
    var body =
        "{\"errors\":[{\"code\":\"%s\",\"message\":\"%s\"}]}"
            .formatted(code, code.toLowerCase().replace('_', ' '))
            .getBytes(StandardCharsets.UTF_8);
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(status, -1);
    } else {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      answer(exchange, status, body);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
  }
}
