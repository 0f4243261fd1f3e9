package io.gantry.agent.docker;

import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpRequest;
import akka.stream.Materializer;
import akka.util.ByteString;
import io.gantry.agent.Caller;
import io.gantry.agent.docker.http.Client;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;

/**
 * One request as routes read it. The readers throw {@link Refusal} for what cannot be understood.
 *
 * @param variables of the path: what stands for {@code {id}} and its like
 */
record Call(
    HttpRequest request,
    Client client,
    ApiVersion version,
    Target target,
    Map<String, String> variables,
    Caller caller,
    Body body,
    Materializer materializer) {
  Call with(Map<String, String> variables) {
    return new Call(request, client, version, target, variables, caller, body, materializer);
  }

  String path(String variable) {
    return java.util.Objects.requireNonNull(variables.get(variable));
  }

  Optional<String> query(String name) {
    var values = target.query().get(name);
    return values == null ? Optional.empty() : Optional.of(values.getFirst());
  }

  /** As {@link #query}, but an empty value counts as none. */
  Optional<String> given(String name) {
    return query(name).filter(value -> !value.isEmpty());
  }

  List<String> queries(String name) {
    return target.query().getOrDefault(name, List.of());
  }

  /** Moby's reading: absent, empty, 0, no, false and none are false, anything else is true. */
  boolean flag(String name) {
    return switch (query(name).orElse("").strip().toLowerCase(java.util.Locale.ROOT)) {
      case "", "0", "no", "false", "none" -> false;
      default -> true;
    };
  }

  boolean flag(String name, boolean whenAbsent) {
    return query(name).isPresent() ? flag(name) : whenAbsent;
  }

  OptionalInt number(String name) {
    var text = given(name);
    if (text.isEmpty()) {
      return OptionalInt.empty();
    }
    try {
      return OptionalInt.of(Integer.parseInt(text.get()));
    } catch (NumberFormatException e) {
      throw Refusal.invalid("strconv.Atoi: parsing \"%s\": invalid syntax".formatted(text.get()));
    }
  }

  Optional<String> header(String name) {
    return request.getHeader(name).map(akka.http.javadsl.model.HttpHeader::value);
  }

  boolean wantsUpgrade() {
    return request.getHeader("Upgrade").isPresent();
  }

  /** The whole body, bounded: for JSON, which a client has to say it is when there is one. */
  CompletionStage<ByteString> json() {
    var given = request.entity().getContentType();
    var type = given.equals(ContentTypes.NO_CONTENT_TYPE) ? "" : given.toString();
    return body.whole(materializer)
        .thenApply(
            bytes -> {
              if (!bytes.isEmpty() && !isJson(type)) {
                throw Refusal.invalid(
                    type.isEmpty()
                        ? "malformed Content-Type header (): mime: no media type"
                        : "unsupported Content-Type header (%s): must be 'application/json'"
                            .formatted(type));
              }
              return bytes;
            });
  }

  private static boolean isJson(String contentType) {
    var semicolon = contentType.indexOf(';');
    var type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
    return type.strip().equalsIgnoreCase("application/json");
  }
}
