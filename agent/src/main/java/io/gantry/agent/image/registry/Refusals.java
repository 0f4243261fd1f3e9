package io.gantry.agent.image.registry;

import io.gantry.agent.image.BadImage;
import io.gantry.agent.image.registry.RegistryFailure.Kind;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Map;

/** A registry's errors (OCI distribution-spec, "Error Codes") as Docker writes them. */
final class Refusals {
  private static final int MOST_SHOWN = 200;
  private static final Map<Integer, String> REASONS =
      Map.of(
          400, "Bad Request",
          401, "Unauthorized",
          403, "Forbidden",
          404, "Not Found",
          429, "Too Many Requests",
          500, "Internal Server Error",
          502, "Bad Gateway",
          503, "Service Unavailable",
          504, "Gateway Timeout");

  private Refusals() {}

  static RegistryFailure of(HttpRequest request, int status, byte[] body) {
    if (status == 429) {
      return new RegistryFailure(Kind.PASSING, first(body, "toomanyrequests: too many requests"));
    }
    if (status >= 500 || status < 400) {
      return new RegistryFailure(
          status >= 500 ? Kind.PASSING : Kind.OTHER,
          "received unexpected HTTP status: " + statusLine(status));
    }
    try {
      return said(status, body);
    } catch (BadImage e) {
      return new RegistryFailure(
          kind("", status),
          body.length == 0
              ? bare(request, status)
              : "error parsing HTTP %d response body: %s: \"%s\""
                  .formatted(status, e.getMessage(), shown(body)));
    }
  }

  private static RegistryFailure said(int status, byte[] body) throws BadImage {
    var json = RegistryJson.object(body, "the answer");
    var lines = new ArrayList<String>();
    var kind = kind("", status);
    for (var error : json.path("errors")) {
      if (lines.size() >= 16) {
        break;
      }
      var code = error.path("code").asText("UNKNOWN");
      var words = code.toLowerCase(Locale.ROOT).replace('_', ' ');
      var message = error.path("message").asText("");
      if (lines.isEmpty()) {
        kind = kind(code, status);
      }
      lines.add(message.isEmpty() ? words : words + ": " + message);
    }
    if (lines.isEmpty()) {
      var details = json.path("details").asText(json.path("message").asText(""));
      return new RegistryFailure(
          kind,
          status == 401 || status == 403
              ? (status == 401 ? "unauthorized: " : "denied: ")
                  + (details.isEmpty() ? statusLine(status) : details)
              : "unknown: " + (details.isEmpty() ? statusLine(status) : details));
    }
    return new RegistryFailure(
        kind, lines.size() == 1 ? lines.getFirst() : "errors:\n" + String.join("\n", lines) + "\n");
  }

  private static String bare(HttpRequest request, int status) {
    return switch (status) {
      case 401 -> "unauthorized: authentication required";
      case 403 -> "denied: requested access to the resource is denied";
      case 404 ->
          request.uri().getPath().contains("/manifests/")
              ? "manifest unknown: manifest unknown"
              : "unknown: 404 Not Found";
      default -> "received unexpected HTTP status: " + statusLine(status);
    };
  }

  private static String first(byte[] body, String otherwise) {
    try {
      return said(429, body).getMessage();
    } catch (BadImage e) {
      return otherwise;
    }
  }

  private static Kind kind(String code, int status) {
    return switch (code) {
      case "MANIFEST_UNKNOWN" -> Kind.MANIFEST_UNKNOWN;
      case "NAME_UNKNOWN" -> Kind.NAME_UNKNOWN;
      case "BLOB_UNKNOWN", "BLOB_UPLOAD_UNKNOWN" -> Kind.BLOB_UNKNOWN;
      case "DENIED" -> Kind.DENIED;
      case "UNAUTHORIZED" -> Kind.UNAUTHORIZED;
      case "TOOMANYREQUESTS", "UNAVAILABLE" -> Kind.PASSING;
      default ->
          switch (status) {
            case 401 -> Kind.UNAUTHORIZED;
            case 403 -> Kind.DENIED;
            case 404 -> Kind.MANIFEST_UNKNOWN;
            case 416 -> Kind.OUT_OF_PLACE;
            default -> Kind.OTHER;
          };
    };
  }

  private static String statusLine(int status) {
    return status + " " + REASONS.getOrDefault(status, "");
  }

  private static String shown(byte[] body) {
    var text = new String(body, 0, Math.min(body.length, MOST_SHOWN), StandardCharsets.UTF_8);
    return text.replaceAll("\\p{Cntrl}", " ");
  }
}
