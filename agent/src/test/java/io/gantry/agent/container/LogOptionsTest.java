package io.gantry.agent.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.protocol.v1.LogSpec;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LogOptionsTest {
  @Test
  void aLogIsBoundedUnlessSomebodyAsksForNoBound() {
    assertThat(LogOptions.maxBytes(log("", Map.of()))).isEqualTo(100L << 20);
    assertThat(LogOptions.maxFiles(log("", Map.of()))).isEqualTo(3);
    assertThat(LogOptions.maxBytes(log("local", Map.of()))).isEqualTo(20L << 20);
    assertThat(LogOptions.maxFiles(log("local", Map.of()))).isEqualTo(5);
    assertThat(LogOptions.maxBytes(log("json-file", Map.of("max-size", "-1")))).isZero();
  }

  @Test
  void aSizeAloneIsOneFileOfIt() {
    var log = log("json-file", Map.of("max-size", "10k"));
    assertThat(LogOptions.maxBytes(log)).isEqualTo(10 << 10);
    assertThat(LogOptions.maxFiles(log)).isEqualTo(1);
  }

  @Test
  void whatIsWrongIsSaidInDockersWords() {
    refused("logger: no log driver named 'nope' is registered", "nope", Map.of());
    refused("unknown log opt 'foo' for json-file log driver", "json-file", Map.of("foo", "1"));
    refused("unknown log opt 'tag' for log driver local", "local", Map.of("tag", "1"));
    refused("max-file cannot be less than 1", "json-file", Map.of("max-file", "0"));
    refused("invalid max-size: invalid size: 'x'", "json-file", Map.of("max-size", "x"));
    refused("invalid max-size: invalid size: '-5m'", "json-file", Map.of("max-size", "-5m"));
    refused("invalid max-size: invalid size: 'k'", "json-file", Map.of("max-size", "k"));
    refused("max-size must be a positive number", "json-file", Map.of("max-size", "0"));
    refused("logger: logging mode not supported: x", "json-file", Map.of("mode", "x"));
    refused(
        "logger: max-buffer-size option is only supported with 'mode=non-blocking'",
        "json-file",
        Map.of("max-buffer-size", "1m"));
    assertThat(LogOptions.check(log("none", Map.of("foo", "1")))).isEmpty();
  }

  private static void refused(String message, String driver, Map<String, String> options) {
    assertThat(LogOptions.check(log(driver, options))).contains(message);
  }

  private static LogSpec log(String driver, Map<String, String> options) {
    return LogSpec.newBuilder().setDriver(driver).putAllOptions(options).build();
  }
}
