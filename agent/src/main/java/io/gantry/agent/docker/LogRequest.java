package io.gantry.agent.docker;

import io.gantry.agent.Containers.LogQuery;
import java.time.Instant;
import java.util.OptionalInt;

/** What a request for logs asks for: of a container, a service or a task. */
final class LogRequest {
  private LogRequest() {}

  static LogQuery read(Call call, Instant now) {
    var stdout = call.flag("stdout");
    var stderr = call.flag("stderr");
    if (!stdout && !stderr) {
      throw Refusal.invalid("Bad parameters: you must choose at least one stream");
    }
    return new LogQuery(
        stdout,
        stderr,
        call.flag("follow"),
        Timestamps.bound(call, "since", now),
        Timestamps.bound(call, "until", now),
        tail(call));
  }

  private static OptionalInt tail(Call call) {
    var text = call.given("tail").orElse("all");
    // As Moby: what is no number, or negative, means everything.
    return text.matches("[0-9]{1,9}")
        ? OptionalInt.of(Integer.parseInt(text))
        : OptionalInt.empty();
  }
}
