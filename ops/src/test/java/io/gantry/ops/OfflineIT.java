package io.gantry.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.ContainerId;
import io.gantry.persistence.record.RecordSettings;
import io.gantry.persistence.record.RecordStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("host")
@Timeout(60)
class OfflineIT {
  @TempDir private Path directory;
  private Path state;

  private record Result(int code, String out) {}

  @BeforeEach
  void makeAnEmptyRecord() throws IOException {
    state = Files.createDirectories(directory.resolve("state"));
    RecordStore.open(RecordSettings.in(state.resolve("record"))).close();
  }

  private Result gantry(String... arguments) {
    var out = new ByteArrayOutputStream();
    var before = System.out;
    try (var captured = new PrintStream(out, true, StandardCharsets.UTF_8)) {
      System.setOut(captured);
      return new Result(Offline.run(arguments), out.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(before);
    }
  }

  private Result doctor(String... more) {
    var arguments =
        new String[] {
          "doctor",
          "--state-dir",
          state.toString(),
          "--run-dir",
          directory.resolve("run").toString(),
          more.length > 0 ? more[0] : "--no-sweep"
        };
    return gantry(arguments);
  }

  @Test
  void aHostThatHoldsNothingIsWell() {
    var result = doctor();
    assertThat(result.out()).contains("ok    leaks: none; 0 containers").contains("ok    conmon: ");
    assertThat(result.code()).isZero();
  }

  @Test
  void whatNoContainerOwnsIsALeakUntilItIsSwept() throws IOException {
    var id = ContainerId.random();
    var left = Files.createDirectories(state.resolve("containers").resolve(id.value()));
    Files.writeString(left.resolve("hosts"), "127.0.0.1 localhost\n");

    var found = doctor();

    assertThat(found.code()).isEqualTo(1);
    assertThat(found.out())
        .contains("LEAK  directory of container %s is owned by nothing".formatted(id));
    var swept = doctor("--sweep");
    assertThat(swept.out()).contains("swept " + id.abbreviated());
    assertThat(swept.code()).isZero();
    assertThat(left).doesNotExist();
  }

  @Test
  void aVolumeThatNobodyKnowsIsSaidAndNeverSwept() throws IOException {
    var data = Files.createDirectories(state.resolve("volumes/lost/_data"));
    var result = doctor("--sweep");
    assertThat(result.out()).contains("LEAK  directory of volume lost is owned by nothing");
    assertThat(result.code()).isEqualTo(1);
    assertThat(data).exists();
  }

  @Test
  void nothingIsSweptWithoutARecordThatSaysWhatLives() throws IOException {
    var id = ContainerId.random();
    var left = Files.createDirectories(state.resolve("containers").resolve(id.value()));
    Files.move(state.resolve("record"), directory.resolve("away"));
    assertThat(doctor("--sweep").code()).isEqualTo(1);
    assertThat(left).exists();
  }

  @Test
  void anEmptyRecordIsIntactAndAMissingOneIsSaid() {
    assertThat(gantry("record", "verify", "--state-dir", state.toString()).out())
        .startsWith("ok     0 entries");
    assertThat(gantry("record", "verify", "--state-dir", "/nowhere").code()).isEqualTo(1);
  }

  @Test
  void anOldLayerOfNoImageIsSaid() throws IOException {
    var kept = layer("a".repeat(64), Duration.ofDays(1));
    var lost = layer("b".repeat(64), Duration.ofDays(1));
    layer("c".repeat(64), Duration.ofMinutes(1)); // of a pull that goes on
    var configurations = Files.createDirectories(state.resolve("content/sha256"));
    Files.writeString(
        configurations.resolve("d".repeat(64)),
        "{\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:%s\"]}}"
            .formatted(kept.getFileName()));
    Files.writeString(configurations.resolve("e".repeat(64)), "not JSON");

    var result = doctor();

    assertThat(result.out().lines().filter(line -> line.startsWith("LEAK")))
        .containsExactly("LEAK  layer sha256:%s is of no image".formatted(lost.getFileName()));
    assertThat(result.code()).isEqualTo(1);
  }

  private Path layer(String name, Duration age) throws IOException {
    var layer = Files.createDirectories(state.resolve("layers").resolve(name));
    return Files.setLastModifiedTime(layer, FileTime.from(Instant.now().minus(age)));
  }
}
