package io.gantry.agent.docker.json;

import akka.util.ByteString;

/** Lines of the JSON streams that load, import, pull, push and build answer with. */
public final class Messages {
  private Messages() {}

  public static ByteString status(String status) {
    return JsonWriter.line(json -> json.object(() -> json.text("status", status)));
  }

  /** A sentence about something, which may have no name. */
  public static ByteString status(String id, String status) {
    return JsonWriter.line(
        json ->
            json.object(
                () -> {
                  json.text("status", status);
                  json.textIfGiven("id", id);
                }));
  }

  /** The last word of a push: what the registry has now. */
  public static ByteString pushed(String tag, String digest, long size) {
    return JsonWriter.line(
        json ->
            json.object(
                () -> {
                  json.object("progressDetail", () -> {});
                  json.object(
                      "aux",
                      () -> {
                        json.text("Tag", tag);
                        json.text("Digest", digest);
                        json.number("Size", size);
                      });
                }));
  }

  public static ByteString stream(String text) {
    return JsonWriter.line(json -> json.object(() -> json.text("stream", text)));
  }

  /** An image that a build has made; what clients take the id from. */
  public static ByteString made(String imageId) {
    return JsonWriter.line(
        json -> json.object(() -> json.object("aux", () -> json.text("ID", imageId))));
  }

  /** Both forms of an error: clients old and new read one each. */
  public static ByteString error(int code, String message) {
    return JsonWriter.line(
        json ->
            json.object(
                () -> {
                  json.object(
                      "errorDetail",
                      () -> {
                        if (code != 0) {
                          json.number("code", code);
                        }
                        json.text("message", message);
                      });
                  json.text("error", message);
                }));
  }

  /**
   * @param total 0: unknown
   */
  public static ByteString progress(String id, String status, long current, long total) {
    return JsonWriter.line(
        json ->
            json.object(
                () -> {
                  json.text("status", status);
                  json.object(
                      "progressDetail",
                      () -> {
                        if (current > 0) {
                          json.number("current", current);
                        }
                        if (total > 0) {
                          json.number("total", total);
                        }
                      });
                  if (current > 0 && total > 0) {
                    json.text("progress", bar(current, total));
                  }
                  json.textIfGiven("id", id);
                }));
  }

  /**
   * The bar older clients print as it comes: fifty columns, then the sizes, as Docker pads them.
   */
  static String bar(long current, long total) {
    var filled = (int) Math.min(50, current * 50 / total);
    return "[%s>%s] %8s/%s"
        .formatted("=".repeat(filled), " ".repeat(50 - filled), size(current), size(total));
  }

  /** Decimal units and four digits, as Docker rounds. */
  static String size(long bytes) {
    var units = new String[] {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    var value = (double) bytes;
    var unit = 0;
    while (value >= 1000 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    var text = new java.math.BigDecimal(value).round(new java.math.MathContext(4));
    return text.stripTrailingZeros().toPlainString() + units[unit];
  }
}
