package io.gantry.agent.container.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.ContainerFiles.WriteOptions;
import io.gantry.agent.host.kernel.tree.Tree;
import io.gantry.agent.host.kernel.tree.TreeException;
import io.gantry.agent.tar.TarEntry;
import io.gantry.agent.tar.TarEntry.Segment;
import io.gantry.agent.tar.TarEntry.Type;
import io.gantry.agent.tar.TarException;
import io.gantry.agent.tar.TarReader;
import io.gantry.agent.tar.TarWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

/** Hostile archives over a container's files: nothing outside its root is read or changed. */
@Tag("host")
class ExtractionFuzzIT {
  private static final WriteOptions PLAIN = new WriteOptions(false, false);

  private static byte[] tar(List<TarEntry> entries) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var tar = new TarWriter(bytes);
    for (var entry : entries) {
      tar.entry(entry, (_, _, length) -> length);
    }
    tar.finish();
    return bytes.toByteArray();
  }

  private static void extract(Path root, byte[] tar, WriteOptions options) throws IOException {
    try (var tree = Tree.open(root)) {
      new Extraction(
              tree,
              "/target",
              new TarReader(new ByteArrayInputStream(tar)),
              options,
              Optional.empty())
          .run();
    }
  }

  private interface Check {
    void run(Path root, Path outside) throws IOException;
  }

  /** A root with a directory to unpack to, beside a directory that is none of its business. */
  private static void within(Check check) throws IOException {
    var home = Files.createTempDirectory("gantry-extraction-");
    try {
      var root = Files.createDirectories(home.resolve("root/target")).getParent();
      var outside = Files.createDirectory(home.resolve("outside"));
      Files.writeString(outside.resolve("secret"), "secret");
      Files.createSymbolicLink(root.resolve("target/way"), Path.of("../../outside"));
      Files.createSymbolicLink(root.resolve("target/far"), outside);
      check.run(root, outside);
      try (var names = Files.list(outside)) {
        assertThat(names).containsExactly(outside.resolve("secret"));
      }
      assertThat(outside.resolve("secret")).hasContent("secret");
      assertThat((int) Files.getAttribute(outside, "unix:mode") & 0777).isEqualTo(0755);
      try (var names = Files.list(home)) {
        assertThat(names).hasSize(2);
      }
    } finally {
      io.gantry.agent.host.kernel.Tree.delete(home);
    }
  }

  @Property(tries = 400)
  void noArchiveReachesOutOfTheRoot(@ForAll("entries") List<TarEntry> entries) throws IOException {
    var tar = tar(entries);
    within(
        (root, _) -> {
          try {
            extract(root, tar, PLAIN);
          } catch (TarException | TreeException refused) {
            assertThat(refused.getMessage()).isNotBlank();
          }
        });
  }

  @Property(tries = 300)
  void brokenBytesAreRefusedOrRead(
      @ForAll("entries") List<TarEntry> entries, @ForAll("bytes") Map<Integer, Byte> damage)
      throws IOException {
    var tar = tar(entries);
    damage.forEach((at, value) -> tar[at % tar.length] = value);
    within(
        (root, _) -> {
          try {
            extract(root, tar, PLAIN);
          } catch (TarException | TreeException refused) {
            assertThat(refused.getMessage()).isNotBlank();
          }
        });
  }

  @Property(tries = 1)
  void kindsAreKeptWhenAsked() throws IOException {
    within(
        (root, _) -> {
          Files.createDirectory(root.resolve("target/d"));
          Files.createFile(root.resolve("target/f"));
          var keep = new WriteOptions(true, false);
          assertThatThrownBy(() -> extract(root, tar(List.of(entry(Type.FILE, "d", ""))), keep))
              .hasMessage(
                  "cannot overwrite directory \"/target/d\" with non-directory \"/target\"");
          assertThatThrownBy(
                  () -> extract(root, tar(List.of(entry(Type.DIRECTORY, "f", ""))), keep))
              .hasMessage(
                  "cannot overwrite non-directory \"/target/f\" with directory \"/target\"");
          extract(root, tar(List.of(entry(Type.FILE, "d", ""))), PLAIN);
          assertThat(root.resolve("target/d")).isRegularFile();
        });
  }

  private static TarEntry entry(Type type, String name, String link) {
    return new TarEntry(
        type, name, link, 0700, 7, 7, 3, 5, 5, 1, 3, Map.of(), List.of(new Segment(0, 3)));
  }

  @Provide
  Arbitrary<List<TarEntry>> entries() {
    var parts =
        Arbitraries.of("a", "b", "way", "far", "..", ".", "", "secret", "target", "outside");
    var names = parts.list().ofMinSize(1).ofMaxSize(5).map(list -> String.join("/", list));
    var links =
        Arbitraries.oneOf(
            names, names.map(name -> "/" + name), Arbitraries.of("/", "../../outside/secret"));
    return Combinators.combine(Arbitraries.of(Type.class), names, links)
        .as(ExtractionFuzzIT::entry)
        .filter(entry -> !entry.name().isEmpty())
        .list()
        .ofMinSize(1)
        .ofMaxSize(8);
  }

  @Provide
  Arbitrary<Map<Integer, Byte>> bytes() {
    return Arbitraries.maps(Arbitraries.integers().between(0, 1 << 16), Arbitraries.bytes())
        .ofMaxSize(10);
  }
}
