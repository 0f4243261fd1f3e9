package io.gantry.agent.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.host.kernel.tree.Tree;
import io.gantry.agent.image.Digest;
import io.gantry.agent.tar.TarWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Contexts on the real disk. Needs root: tars bring owners. */
@Tag("host")
final class ContextUnpackerIT {
  @TempDir private Path directory;

  private static byte[] random(int seed) {
    var bytes = new byte[300_000];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private Map<String, byte[]> hashes(Object... namesAndBytes) throws IOException {
    var out = new ByteArrayOutputStream();
    var tar = new TarWriter(out);
    for (var i = 0; i < namesAndBytes.length; i += 2) {
      tar.file((String) namesAndBytes[i], (byte[]) namesAndBytes[i + 1]);
    }
    tar.finish();
    try (var tree = Tree.open(directory)) {
      var unpacker = new ContextUnpacker(tree, "", new ByteArrayInputStream(out.toByteArray()));
      unpacker.unpack();
      return unpacker.hashes();
    }
  }

  @Test
  void largeFilesAreHashedOnTheirWayToTheDisk() throws IOException {
    var found = hashes("a/large", random(1), "small", new byte[10]);
    assertThat(found).containsOnlyKeys("a/large");
    assertThat(Digest.ofHash(found.get("a/large"))).isEqualTo(Digest.of(random(1)));
    assertThat(directory.resolve("a/large")).hasBinaryContent(random(1));
  }

  @Test
  void aFileThatComesTwiceHasTheHashOfTheSecond() throws IOException {
    var found = hashes("x", random(1), "x", random(2));
    assertThat(Digest.ofHash(found.get("x"))).isEqualTo(Digest.of(random(2)));
    assertThat(Arrays.equals(found.get("x"), Digest.hasher().digest(random(1)))).isFalse();
  }

  @Test
  void aSmallFileInTheLargeOnesPlaceLeavesNoHashOfTheLargeOne() throws IOException {
    assertThat(hashes("x", random(1), "x", new byte[10])).isEmpty();
  }
}
