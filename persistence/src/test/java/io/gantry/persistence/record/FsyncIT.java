package io.gantry.persistence.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Counts the system calls that make a write durable, as the kernel sees them. */
@Tag("host")
class FsyncIT {
  @TempDir Path directory;

  @Test
  void everyAcknowledgementOfALoneWriterHasAnFsyncOfItsOwn() throws Exception {
    assertThat(syncs(1, 200)).isBetween(200, 260);
  }

  @Test
  void writersThatWaitTogetherShareOne() throws Exception {
    int writers = 50;
    int each = 40;
    assertThat(syncs(writers, each)).isBetween(each, writers * each / 2);
  }

  private int syncs(int writers, int each) throws Exception {
    var strace = Path.of("/usr/bin/strace");
    assumeThat(strace).as("strace is installed").exists();
    var trace = directory.resolve("trace");
    var command =
        new ArrayList<>(
            List.of(
                strace.toString(),
                "-f",
                "-qq",
                "-e",
                "trace=fsync,fdatasync",
                "-o",
                trace.toString()));
    command.addAll(Scribe.command(directory.resolve("record"), writers, each));
    var process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.waitFor()).isZero();
    try (var lines = Files.lines(trace)) {
      return (int) lines.filter(line -> line.matches(".* (fsync|fdatasync)\\(.*")).count();
    }
  }
}
