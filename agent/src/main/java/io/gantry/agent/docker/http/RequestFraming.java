package io.gantry.agent.docker.http;

import akka.util.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Follows the requests of one connection, head by head, to know where a request that may take over
 * the connection (attach, exec start, a websocket) ends: bytes behind it belong to the process, not
 * to HTTP.
 *
 * <p>A small body is passed on together with its head, for the server makes a stream of what comes
 * behind a head, and nothing but a value of what comes with it.
 *
 * <p>Heads are passed on with two changes. Host is replaced, since old clients put a socket's path
 * there; and a hijacking request without Upgrade headers gets them, for the server knows no other
 * way to take a connection over. Everything else passes untouched; what is no HTTP/1 is left to the
 * server to refuse.
 */
final class RequestFraming {
  /** More than the server's own bounds allow: it refuses such a head. */
  static final int MAX_HEAD = 1 << 18;

  /** A container's specification as the command line sends it, and all that is smaller. */
  static final int MAX_JOINED = 1 << 12;

  private static final int MAX_CHUNK_LINE = 1024;
  private static final Pattern HIJACKING =
      Pattern.compile(
          "POST (?:https?://[^/ ]*)?/(?:v[0-9.]+/)?"
              + "(?:containers/[^/ ?]+/attach|exec/[^/ ?]+/start)(?:\\?[^ ]*)? HTTP/1\\.1");

  /** Bodies that are large and read as a stream. */
  private static final Pattern UPLOAD =
      Pattern.compile(
          "(?:POST (?:https?://[^/ ]*)?/(?:v[0-9.]+/)?(?:build|images/load|images/create)"
              + "|PUT (?:https?://[^/ ]*)?/(?:v[0-9.]+/)?containers/[^/ ?]+/archive)"
              + "(?:\\?[^ ]*)? HTTP/1\\.1");

  private static final Pattern REQUEST_LINE = Pattern.compile("\\S+ \\S+ HTTP/[0-9]\\.[0-9]");

  /** In the head of a request whose body goes another way; nobody else's is passed on. */
  static final String ASIDE = "X-Gantry-Upload";

  private static final String NAME_OF_ASIDE = "x-gantry-upload";

  /** The server would wait for the rest of a line that has too few words; this it refuses. */
  private static final ByteString REFUSED = ByteString.fromString("? ? ?\r\n\r\n");

  /** What to do with the bytes at hand. */
  sealed interface Step {
    /** Give {@code bytes} to the server; {@code rest} comes next. */
    record Forward(ByteString bytes, ByteString rest) implements Step {}

    /** Nothing can be said before more arrives. */
    record More() implements Step {}

    /** The verdict on a hijack is out: keep {@code rest} until then. */
    record Hold(ByteString rest) implements Step {}

    /**
     * Give {@code head} to the server, as that of a request without a body; {@code rest} and what
     * follows is its body, until {@link #uploaded}.
     */
    record Aside(ByteString head, ByteString rest, BodyDecoder body) implements Step {}
  }

  private enum Place {
    HEAD,
    JOINED_BODY,
    BODY,
    CHUNK_LINE,
    TRAILER,
    VERDICT,
    UPLOAD,
    RAW
  }

  private Place place = Place.HEAD;
  private ByteString partial = ByteString.emptyByteString();
  private ByteString head = ByteString.emptyByteString();
  private long remaining;
  private boolean chunked;
  private boolean hijacking;
  private boolean upgradeAdded;

  /** True while the server has not answered a hijacking request that was passed on completely. */
  boolean awaitsVerdict() {
    return place == Place.VERDICT;
  }

  /** Bytes of a head, or of one and its small body, that are not complete; 0: none is under way. */
  int unfinished() {
    return place == Place.HEAD || place == Place.JOINED_BODY ? head.size() + partial.size() : 0;
  }

  /** The client ends here: what was kept of its last request, for the server to refuse. */
  ByteString cutOff() {
    if (place != Place.JOINED_BODY) {
      return ByteString.emptyByteString();
    }
    var kept = head.concat(partial);
    head = ByteString.emptyByteString();
    partial = ByteString.emptyByteString();
    return kept;
  }

  /** Also true before the hijacking request's body has passed. */
  boolean isHijacking() {
    return hijacking;
  }

  /** The Upgrade headers were ours: the client expects a plain 200. */
  boolean upgradeAdded() {
    return upgradeAdded;
  }

  void accepted() {
    place = Place.RAW;
    hijacking = false;
  }

  void refused() {
    hijacking = false;
    if (place == Place.VERDICT) {
      place = Place.HEAD;
    }
  }

  /** All that belongs to the body that went aside has been taken. */
  void uploaded() {
    place = Place.HEAD;
  }

  Step next(ByteString bytes) {
    if (bytes.isEmpty() && place != Place.VERDICT) {
      return new Step.More();
    }
    return switch (place) {
      case HEAD -> head(bytes);
      case JOINED_BODY -> joined(bytes);
      case BODY -> body(bytes);
      case CHUNK_LINE, TRAILER -> line(bytes);
      case VERDICT, UPLOAD -> new Step.Hold(bytes);
      case RAW -> new Step.Forward(bytes, ByteString.emptyByteString());
    };
  }

  private Step head(ByteString bytes) {
    var all = partial.isEmpty() ? withoutBlankLines(bytes) : partial.concat(bytes);
    var end = endOfHead(all, Math.max(1, partial.size() - 2));
    if (end < 0 && all.size() <= MAX_HEAD) {
      partial = all.compact();
      return new Step.More();
    }
    partial = ByteString.emptyByteString();
    if (end < 0) {
      place = Place.RAW;
      return new Step.Forward(all, partial);
    }
    var rewritten = rewrite(all.take(end).decodeString(StandardCharsets.ISO_8859_1));
    if (place == Place.UPLOAD) {
      var body = chunked ? BodyDecoder.chunked() : BodyDecoder.sized(remaining);
      return new Step.Aside(rewritten, all.drop(end), body);
    }
    if (place == Place.JOINED_BODY) {
      head = rewritten;
      return joined(all.drop(end));
    }
    return new Step.Forward(rewritten, all.drop(end));
  }

  private Step joined(ByteString bytes) {
    var all = partial.concat(bytes);
    if (all.size() < remaining) {
      partial = all.compact();
      return new Step.More();
    }
    var length = (int) remaining;
    var whole = head.concat(all.take(length)).compact();
    head = ByteString.emptyByteString();
    partial = ByteString.emptyByteString();
    place = afterRequest();
    return new Step.Forward(whole, all.drop(length));
  }

  private static ByteString withoutBlankLines(ByteString bytes) {
    var start = 0;
    while (start < bytes.size() && (bytes.apply(start) == '\r' || bytes.apply(start) == '\n')) {
      start++;
    }
    return bytes.drop(start);
  }

  /** Index behind the first empty line that ends at or behind {@code from}, or -1. */
  private static int endOfHead(ByteString bytes, int from) {
    for (var i = from; i < bytes.size(); i++) {
      if (bytes.apply(i) == '\n') {
        var before = bytes.apply(i - 1);
        if (before == '\n' || (before == '\r' && i >= 2 && bytes.apply(i - 2) == '\n')) {
          return i + 1;
        }
      }
    }
    return -1;
  }

  private ByteString rewrite(String head) {
    var lines = head.split("\r?\n");
    if (!REQUEST_LINE.matcher(lines[0]).matches()) {
      place = Place.RAW;
      return REFUSED;
    }
    var out = new ArrayList<String>(lines.length + 2);
    out.add(lines[0]);
    hijacking = HIJACKING.matcher(lines[0]).matches();
    upgradeAdded = false;
    var upgrades = false;
    chunked = false;
    var length = 0L;
    var sized = false;
    var contradictory = false;
    var expects = false;
    var connection = new ArrayList<String>(1);
    var extent = new ArrayList<String>(1);
    for (var line : List.of(lines).subList(1, lines.length)) {
      var colon = line.indexOf(':');
      var name = colon < 0 ? "" : line.substring(0, colon).toLowerCase(Locale.ROOT);
      var value = line.substring(colon + 1).strip();
      switch (name) {
        case "host" -> line = "Host: docker";
        case "content-length" -> {
          contradictory |= sized;
          sized = true;
          length = parseLength(value);
          extent.add(line);
        }
        case "transfer-encoding" -> {
          contradictory |= chunked || !value.equalsIgnoreCase("chunked");
          chunked = true;
          extent.add(line);
        }
        case "expect" -> expects = true;
        case NAME_OF_ASIDE -> {
          continue;
        }
        case "upgrade" -> {
          upgrades = true;
          hijacking |= value.equalsIgnoreCase("websocket");
        }
        case "connection" -> {
          connection.add(line);
          continue;
        }
        default -> {}
      }
      out.add(line);
    }
    if (contradictory || (sized && chunked)) {
      // Where its body ends would be for each reader to guess.
      place = Place.RAW;
      return REFUSED;
    }
    if (hijacking && !upgrades) {
      upgradeAdded = true;
      out.add("Connection: Upgrade");
      out.add("Upgrade: tcp");
    } else {
      out.addAll(connection);
    }
    remaining = length;
    // Who expects a "100 Continue" gets it from the server, which has to see the body for that.
    if (!expects && (chunked || length > 0) && UPLOAD.matcher(lines[0]).matches()) {
      place = Place.UPLOAD;
      out.removeAll(extent);
      out.add(ASIDE + ": 1");
      out.add("Content-Length: 0");
    } else {
      place = chunked ? Place.CHUNK_LINE : length == 0 ? afterRequest() : bodyOf(length, expects);
    }
    var text = String.join("\r\n", out) + "\r\n\r\n";
    return ByteString.fromArray(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Who expects to be told to go on does not send the body before. */
  private static Place bodyOf(long length, boolean expects) {
    return length <= MAX_JOINED && !expects ? Place.JOINED_BODY : Place.BODY;
  }

  private static long parseLength(String value) {
    try {
      return value.startsWith("+") ? 0 : Math.max(0, Long.parseLong(value));
    } catch (NumberFormatException e) {
      return 0; // the server refuses it and closes
    }
  }

  private Place afterRequest() {
    return hijacking ? Place.VERDICT : Place.HEAD;
  }

  private Step body(ByteString bytes) {
    var count = (int) Math.min(remaining, bytes.size());
    remaining -= count;
    if (remaining == 0) {
      place = chunked ? Place.CHUNK_LINE : afterRequest();
    }
    return new Step.Forward(bytes.take(count), bytes.drop(count));
  }

  private Step line(ByteString bytes) {
    var all = partial.concat(bytes);
    var end = all.indexOf((byte) '\n') + 1;
    if (end == 0 && all.size() <= MAX_CHUNK_LINE) {
      partial = all.compact();
      return new Step.More();
    }
    partial = ByteString.emptyByteString();
    if (end == 0) {
      place = Place.RAW; // not chunked coding: the server refuses it and closes
      return new Step.Forward(all, partial);
    }
    var text = all.take(end).decodeString(StandardCharsets.ISO_8859_1).strip();
    if (place == Place.TRAILER) {
      place = text.isEmpty() ? afterRequest() : Place.TRAILER;
    } else {
      chunkLine(text);
    }
    return new Step.Forward(all.take(end), all.drop(end));
  }

  private void chunkLine(String text) {
    var extension = text.indexOf(';');
    var size = extension < 0 ? text : text.substring(0, extension).strip();
    try {
      var length = Long.parseLong(size, 16);
      remaining = length + 2; // the line end behind the data
      place = length == 0 ? Place.TRAILER : length < 0 ? Place.RAW : Place.BODY;
    } catch (NumberFormatException e) {
      place = Place.RAW;
    }
  }
}
