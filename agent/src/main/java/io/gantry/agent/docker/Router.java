package io.gantry.agent.docker;

import akka.http.javadsl.model.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the route of a request. Patterns are segments; {@code {x}} stands for one, {@code {x...}}
 * for one or more, joined with slashes. Routes are tried in the order they were added.
 */
final class Router {
  private static final Logger LOG = LoggerFactory.getLogger(Router.class);

  @FunctionalInterface
  interface Route {
    CompletionStage<HttpResponse> answer(Call call);
  }

  private record Entry(List<String> pattern, Route route) {}

  /** By method and first segment: a handful of candidates each. */
  private final Map<String, List<Entry>> table = new HashMap<>();

  Router get(String pattern, Route route) {
    return add("GET", pattern, route);
  }

  Router head(String pattern, Route route) {
    return add("HEAD", pattern, route);
  }

  Router post(String pattern, Route route) {
    return add("POST", pattern, route);
  }

  Router put(String pattern, Route route) {
    return add("PUT", pattern, route);
  }

  Router delete(String pattern, Route route) {
    return add("DELETE", pattern, route);
  }

  private Router add(String method, String pattern, Route route) {
    var segments = List.of(pattern.substring(1).split("/"));
    table
        .computeIfAbsent(method + " " + segments.getFirst(), _ -> new ArrayList<>())
        .add(new Entry(segments, route));
    return this;
  }

  /** Always completes normally: what goes wrong becomes an error answer. */
  CompletionStage<HttpResponse> answer(String method, Call call) {
    var segments = call.target().segments();
    var first = segments.isEmpty() ? "" : segments.getFirst();
    for (var entry : table.getOrDefault(method + " " + first, List.of())) {
      var variables = match(entry.pattern(), segments);
      if (variables != null) {
        return run(entry.route(), call.with(variables));
      }
    }
    return Answers.now(Answers.error(404, "page not found"));
  }

  private static CompletionStage<HttpResponse> run(Route route, Call call) {
    try {
      return route
          .answer(call)
          .exceptionally(
              failure ->
                  failed(
                      call,
                      failure instanceof CompletionException wrapped && wrapped.getCause() != null
                          ? wrapped.getCause()
                          : failure));
    } catch (RuntimeException e) {
      return CompletableFuture.completedFuture(failed(call, e));
    }
  }

  static HttpResponse failed(Call call, Throwable failure) {
    if (failure instanceof Refusal refusal) {
      return Answers.refusal(refusal);
    }
    LOG.error(
        "request {} failed: {} {}",
        call.caller().requestId(),
        call.request().method().value(),
        call.request().getUri().path(),
        failure);
    return Answers.error(500, "internal error: " + failure);
  }

  private static @Nullable Map<String, String> match(List<String> pattern, List<String> segments) {
    var variables = new HashMap<String, String>(2);
    var rest = segments.size() - pattern.size();
    var at = 0;
    for (var part : pattern) {
      if (at >= segments.size()) {
        return null;
      }
      if (part.endsWith("...}")) {
        if (rest < 0) {
          return null;
        }
        var joined = String.join("/", segments.subList(at, at + rest + 1));
        variables.put(part.substring(1, part.length() - 4), joined);
        at += rest + 1;
      } else if (part.startsWith("{")) {
        variables.put(part.substring(1, part.length() - 1), segments.get(at++));
      } else if (!part.equals(segments.get(at++))) {
        return null;
      }
    }
    return at == segments.size() ? variables : null;
  }
}
