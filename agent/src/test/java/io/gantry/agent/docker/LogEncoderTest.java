package io.gantry.agent.docker;

import static org.assertj.core.api.Assertions.assertThat;

import akka.util.ByteString;
import io.gantry.agent.Containers.Stream;
import io.gantry.agent.LogBatch;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LogEncoderTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00.000000042Z");

  private static LogBatch batch() {
    var builder = new LogBatch.Builder(0);
    add(builder, Stream.STDOUT, NOON, "a\n");
    add(builder, Stream.STDERR, NOON.plusMillis(1500), "bc");
    return builder.build();
  }

  private static void add(LogBatch.Builder builder, Stream stream, Instant time, String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    builder.add(stream, time.getEpochSecond(), time.getNano(), bytes, 0, bytes.length);
  }

  @Test
  void aTerminalsLinesAreRaw() {
    assertThat(LogEncoder.encode(batch(), true, false, false).utf8String()).isEqualTo("a\nbc");
    assertThat(LogEncoder.encode(batch(), true, false, true).utf8String()).isEqualTo(" a\n bc");
  }

  @Test
  void otherLinesAreFramedEachWithItsStream() {
    var expected =
        Frames.frame(Stream.STDOUT, ByteString.fromString("a\n"))
            .concat(Frames.frame(Stream.STDERR, ByteString.fromString("bc")));
    assertThat(LogEncoder.encode(batch(), false, false, false)).isEqualTo(expected);
  }

  @Test
  void timesHaveAllTheirDigitsAndAreInsideTheFrame() {
    assertThat(LogEncoder.encode(batch(), true, true, false).utf8String())
        .isEqualTo("2026-11-21T12:00:00.000000042Z a\n2026-11-21T12:00:01.500000042Z bc");
    var first = "2026-11-21T12:00:00.000000042Z a\n";
    assertThat(LogEncoder.encode(batch(), false, true, false).take(8 + first.length()))
        .isEqualTo(Frames.frame(Stream.STDOUT, ByteString.fromString(first)));
  }
}
