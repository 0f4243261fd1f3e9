package io.gantry.agent.image.transfer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.image.Digest;
import io.gantry.agent.image.registry.Descriptor;
import io.gantry.agent.image.registry.MediaTypes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SeenBlobsTest {
  private static final Digest LAYER = Digest.of(new byte[] {1});
  private final Path file;

  SeenBlobsTest() throws IOException {
    file = Files.createTempDirectory("gantry-seen-blobs-").resolve("seen");
  }

  @AfterEach
  @AfterProperty
  void delete() throws IOException {
    Files.deleteIfExists(file);
    Files.deleteIfExists(file.resolveSibling("seen.new"));
    Files.deleteIfExists(file.getParent());
  }

  private static Descriptor blob(int number) {
    return new Descriptor(
        MediaTypes.DOCKER_LAYER,
        Digest.of(("b" + number).getBytes(US_ASCII)),
        number,
        Optional.empty());
  }

  private static Digest layer(int number) {
    return Digest.of(("l" + number).getBytes(US_ASCII));
  }

  @Test
  void whatWasSeenIsKnownAfterAStart() {
    SeenBlobs.open(file).remember(LAYER, blob(7));
    SeenBlobs.open(file).remember(LAYER, blob(8));
    assertThat(SeenBlobs.open(file).of(LAYER)).containsExactly(blob(8), blob(7));
  }

  @Test
  void ofOneLayerTheLatestThreeAreKnown() {
    var seen = SeenBlobs.open(file);
    for (var i = 0; i < 5; i++) {
      seen.remember(LAYER, blob(i));
    }
    seen.remember(LAYER, blob(3));
    assertThat(seen.of(LAYER)).containsExactly(blob(3), blob(4), blob(2));
    assertThat(SeenBlobs.open(file).of(LAYER)).isEqualTo(seen.of(LAYER));
  }

  @Test
  void theFileStaysBoundedAndTheOldestAreForgotten() throws IOException {
    var lines = new ArrayList<String>();
    for (var i = 0; i < 30_000; i++) {
      lines.add("%s %s %d gzip".formatted(layer(i).hex(), blob(i).digest().hex(), i));
    }
    Files.write(file, lines);
    var seen = SeenBlobs.open(file);
    seen.remember(layer(30_000), blob(30_000));
    assertThat(Files.readAllLines(file)).hasSize(5000);
    assertThat(seen.of(layer(25_000))).isEmpty();
    assertThat(SeenBlobs.open(file).of(layer(25_001))).containsExactly(blob(25_001));
    assertThat(SeenBlobs.open(file).of(layer(30_000))).containsExactly(blob(30_000));
  }

  @Test
  void aLineThatACrashCutOffHidesNoOther() throws IOException {
    var seen = SeenBlobs.open(file);
    seen.remember(layer(1), blob(1));
    seen.remember(layer(2), blob(2));
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() - 20);
    }
    SeenBlobs.open(file).remember(layer(3), blob(3));
    var again = SeenBlobs.open(file);
    assertThat(again.of(layer(1))).containsExactly(blob(1));
    assertThat(again.of(layer(2))).isEmpty();
    assertThat(again.of(layer(3))).containsExactly(blob(3));
  }

  @Property(tries = 200)
  void anyBytesAreReadAndAddedTo(@ForAll byte[] bytes) throws IOException {
    Files.write(file, bytes);
    SeenBlobs.open(file).remember(LAYER, blob(1));
    assertThat(SeenBlobs.open(file).of(LAYER)).first().isEqualTo(blob(1));
  }
}
