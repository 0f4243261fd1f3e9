package io.gantry.agent.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.host.kernel.tree.Tree;
import io.gantry.agent.image.Digest;
import io.gantry.agent.image.TestTar;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;

/**
 * Contexts of hostile clients: names and links that lead out, the same name as one thing and then
 * another, damaged tars. Needs root: tars bring owners.
 */
@Tag("host")
final class ContextUnpackerFuzzIT {
  private static final String[] PARTS = {"a", "b", "c", "..", ".", "", "outside", "context"};
  private static final int LARGE = 300_000;
  private Path top;
  private Path context;
  private Path outside;

  @BeforeTry
  void make() throws IOException {
    top = Files.createTempDirectory("gantry-context-");
    context = Files.createDirectory(top.resolve("context"));
    outside = Files.createDirectory(top.resolve("outside"));
    Files.writeString(outside.resolve("a"), "mine");
  }

  @AfterTry
  void delete() throws IOException {
    io.gantry.agent.host.kernel.Tree.delete(top);
  }

  private static String name(Random random) {
    var name = new StringBuilder(random.nextInt(8) == 0 ? "/" : "");
    for (var i = random.nextInt(4); i >= 0; i--) {
      name.append(PARTS[random.nextInt(PARTS.length)]).append(i == 0 ? "" : "/");
    }
    return name.isEmpty() || name.charAt(name.length() - 1) == '/' ? name + "a" : name.toString();
  }

  private static byte[] tar(Random random) throws IOException {
    var tar = new TestTar();
    for (var i = random.nextInt(12); i >= 0; i--) {
      var name = name(random);
      switch (random.nextInt(6)) {
        case 0 -> tar.directory(name, 0755);
        case 1 -> tar.symlink(name, name(random));
        case 2 -> tar.hardLink(name, name(random));
        case 3 -> {
          var bytes = new byte[LARGE];
          bytes[0] = (byte) i;
          tar.file(name, bytes, 0644, 0, 0, Map.of());
        }
        default -> tar.file(name, "text " + i, 0644);
      }
    }
    return tar.bytes();
  }

  private Map<String, byte[]> unpack(byte[] tar) throws IOException {
    try (var tree = Tree.open(context)) {
      var unpacker = new ContextUnpacker(tree, "", new ByteArrayInputStream(tar));
      try {
        unpacker.unpack();
      } catch (IOException refused) {
        assertThat(refused.getMessage()).isNotBlank();
        return Map.of();
      }
      return unpacker.hashes();
    }
  }

  private void nothingIsOutside() throws IOException {
    assertThat(outside.resolve("a")).hasContent("mine");
    try (var names = Files.list(outside)) {
      assertThat(names).hasSize(1);
    }
    try (var names = Files.list(top)) {
      assertThat(names).containsExactlyInAnyOrder(context, outside);
    }
    // A hard link to a file outside would be one more name of it.
    assertThat(Files.getAttribute(outside.resolve("a"), "unix:nlink")).isEqualTo(1);
  }

  /** A hash that is known is the file's that is found there without following a link. */
  private void hashesAreTrue(Map<String, byte[]> hashes) throws IOException {
    Files.walkFileTree(
        context,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes is) throws IOException {
            var known = hashes.get(context.relativize(file).toString());
            if (known != null && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
              assertThat(Digest.ofHash(known)).isEqualTo(Digest.of(Files.readAllBytes(file)));
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  @Property(tries = 300)
  void nothingLeavesTheContextAndNoHashIsOfAnotherFile(@ForAll long seed) throws IOException {
    hashesAreTrue(unpack(tar(new Random(seed))));
    nothingIsOutside();
  }

  @Property(tries = 150)
  void aDamagedTarIsRefusedOrUnpackedInPlace(@ForAll long seed) throws IOException {
    var random = new Random(seed);
    var tar = tar(random);
    for (var i = random.nextInt(20); i >= 0; i--) {
      tar[random.nextInt(Math.min(tar.length, 4096))] = (byte) random.nextInt(256);
    }
    hashesAreTrue(unpack(tar));
    nothingIsOutside();
  }
}
