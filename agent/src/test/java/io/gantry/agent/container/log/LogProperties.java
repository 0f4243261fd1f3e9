package io.gantry.agent.container.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.Containers.Stream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class LogProperties {
  /** {@code pieces}: all but the last are written as such. */
  record Written(Stream stream, List<String> pieces) {
    String file() {
      var text = new StringBuilder();
      for (var i = 0; i < pieces.size(); i++) {
        var tag = i + 1 < pieces.size() ? 'P' : 'F';
        text.append(LogLines.physical(i, stream, tag, pieces.get(i)));
      }
      return text.toString();
    }

    String line() {
      return (stream == Stream.STDERR ? "E:" : "") + String.join("", pieces) + "\n";
    }
  }

  @Provide
  Arbitrary<List<Written>> logs() {
    var text =
        Arbitraries.strings()
            .withCharRange(' ', '~')
            .ofMaxLength(300)
            .edgeCases(e -> e.add(" stdout P "));
    var line =
        Combinators.combine(Arbitraries.of(Stream.class), text.list().ofMinSize(1).ofMaxSize(3))
            .as(Written::new);
    return line.list().ofMaxSize(60);
  }

  @Property(tries = 200)
  void whatWasWrittenIsReadAndTheTailIsItsEnd(
      @ForAll("logs") List<Written> log, @ForAll @IntRange(max = 70) int tail) throws IOException {
    inFile(
        String.join("", log.stream().map(Written::file).toList())
            .getBytes(java.nio.charset.StandardCharsets.UTF_8),
        file -> {
          var lines = log.stream().map(Written::line).toList();
          assertThat(LogLines.read(file, LogLines.everything())).isEqualTo(lines);
          assertThat(LogLines.read(file, LogLines.query(OptionalInt.of(tail))))
              .isEqualTo(lines.subList(Math.max(0, lines.size() - tail), lines.size()));
        });
  }

  @Property(tries = 300)
  void anyBytesAreReadToTheirEnd(
      @ForAll @Size(max = 5000) byte[] bytes, @ForAll @IntRange(max = 9) int tail)
      throws IOException {
    inFile(
        bytes,
        file -> {
          LogLines.read(file, LogLines.everything());
          LogLines.read(file, LogLines.query(OptionalInt.of(tail)));
        });
  }

  private interface Check {
    void on(Path file) throws IOException;
  }

  private static void inFile(byte[] bytes, Check check) throws IOException {
    var file = Files.createTempFile("gantry-log", ".log");
    try {
      Files.write(file, bytes);
      check.on(file);
    } finally {
      Files.delete(file);
    }
  }
}
