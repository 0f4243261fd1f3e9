package io.gantry.agent.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.gantry.agent.host.kernel.tree.ByteStrings;
import io.gantry.agent.tar.TarEntry.Segment;
import io.gantry.agent.tar.TarEntry.Type;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads what GNU tar writes, and refuses what nobody should. */
class TarReaderTest {
  @TempDir Path directory;

  private byte[] gnuTar(String... arguments) throws Exception {
    var command = new ArrayList<>(List.of("tar", "-C", directory.toString(), "--sort=name"));
    command.addAll(List.of(arguments));
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    var bytes = process.getInputStream().readAllBytes();
    assertThat(process.waitFor()).isZero();
    return bytes;
  }

  private static List<TarEntry> entries(byte[] bytes) throws IOException {
    var tar = new TarReader(new ByteArrayInputStream(bytes));
    var entries = new ArrayList<TarEntry>();
    for (var entry = tar.next(); entry != null; entry = tar.next()) {
      entries.add(entry);
    }
    return entries;
  }

  @ParameterizedTest
  @ValueSource(strings = {"gnu", "pax", "ustar"})
  void everyFormatTellsTheSame(String format) throws Exception {
    var sub = Files.createDirectory(directory.resolve("sub"));
    Files.writeString(sub.resolve("file"), "hello");
    Files.createLink(sub.resolve("hard"), sub.resolve("file"));
    Files.createSymbolicLink(sub.resolve("soft"), Path.of("../elsewhere"));
    Files.setLastModifiedTime(
        sub.resolve("file"), FileTime.from(Instant.ofEpochSecond(1_600_000_000)));

    var entries = entries(gnuTar("--format=" + format, "-c", "sub"));

    assertThat(entries)
        .extracting(TarEntry::name, TarEntry::type, TarEntry::linkName, TarEntry::size)
        .containsExactly(
            tuple("sub/", Type.DIRECTORY, "", 0L),
            tuple("sub/file", Type.FILE, "", 5L),
            tuple("sub/hard", Type.HARD_LINK, "sub/file", 0L),
            tuple("sub/soft", Type.SYMLINK, "../elsewhere", 0L));
    assertThat(entries.get(1).mtimeSeconds()).isEqualTo(1_600_000_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gnu", "pax"})
  void longNamesAndNamesThatAreNoTextComeWhole(String format) throws Exception {
    var name = "d".repeat(120) + "/" + "ü".repeat(60);
    Files.createDirectories(directory.resolve(name).getParent());
    Files.writeString(directory.resolve(name), "x");

    var entries = entries(gnuTar("--format=" + format, "-c", "d".repeat(120)));

    assertThat(ByteStrings.toText(entries.get(1).name())).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--format=gnu",
        "--sparse-version=0.0",
        "--sparse-version=0.1",
        "--sparse-version=1.0"
      })
  void holesOfSparseFilesAreKnown(String format) throws Exception {
    try (var file = new RandomAccessFile(directory.resolve("holes").toFile(), "rw")) {
      for (var i = 0; i < 40; i++) {
        file.seek(i * 65536L);
        file.write(new byte[4096]);
        file.seek(i * 65536L);
        file.write('a' + i % 26);
      }
      file.setLength(4 << 20);
    }
    var pax = format.startsWith("--format") ? format : "--format=pax";

    var bytes = gnuTar(pax, format, "-S", "-c", "holes");

    var tar = new TarReader(new ByteArrayInputStream(bytes));
    var entry = tar.next();
    assertThat(entry).isNotNull();
    assertThat(entry.name()).isEqualTo("holes");
    assertThat(entry.size()).isEqualTo(4 << 20);
    assertThat(entry.storedSize()).isLessThan(1 << 20);
    assertThat(entry.segments().get(1)).isEqualTo(new Segment(65536, 4096));
    var first = new byte[1];
    for (var segment : entry.segments()) {
      if (segment.length() > 0) {
        tar.read(first, 0, 1);
        assertThat((char) first[0]).isEqualTo((char) ('a' + segment.offset() / 65536 % 26));
        for (long left = segment.length() - 1; left > 0; ) {
          left -= tar.read(new byte[4096], 0, (int) Math.min(left, 4096));
        }
      }
    }
    assertThat(tar.next()).isNull();
  }

  @Test
  void attributesAreBytes() throws Exception {
    var value = "\u0001\u0000\u0000\u0002\u00c0\u00ff\n=";
    var record = TestHeaders.record("SCHILY.xattr.security.capability", value, 0);
    var bytes = new ByteArrayOutputStream();
    bytes.write(TestHeaders.header("pax", 'x', record.length()));
    bytes.write(Arrays.copyOf(ByteStrings.bytes(record), 512));
    bytes.write(TestHeaders.header("file", '0', 0));

    assertThat(entries(bytes.toByteArray()).getFirst().attributes())
        .containsEntry("security.capability", value);
  }

  @Test
  void anExtendedHeaderOfGigabytesIsRefusedUnread() {
    assertThatThrownBy(() -> entries(TestHeaders.header("pax", 'x', 1L << 31)))
        .isInstanceOf(TarException.class)
        .hasMessage("invalid tar header: extended header of 2147483648 bytes");
  }

  @Test
  void aTarThatEndsInsideAFileIsRefused() {
    assertThatThrownBy(() -> entries(TestHeaders.header("file", '0', 1000)))
        .isInstanceOf(TarException.class)
        .hasMessage("unexpected end of the tar archive inside a file");
  }

  @Test
  void anArchiveMayEndWithoutItsLastPadding() throws Exception {
    var bytes = new ByteArrayOutputStream();
    bytes.write(TestHeaders.header("first", '0', 3));
    bytes.write("abc".getBytes(StandardCharsets.UTF_8));

    assertThat(entries(bytes.toByteArray())).extracting(TarEntry::name).containsExactly("first");
  }

  @Test
  void whatFollowsTheEndIsReadToo() throws Exception {
    var rest = new ByteArrayInputStream(new byte[10_000]);
    var end = new ByteArrayInputStream(new byte[1024]);
    var tar = new TarReader(new SequenceInputStream(end, rest));

    assertThat(tar.next()).isNull();
    tar.drain();

    assertThat(rest.available()).isZero();
  }

  @Test
  void theWriterWritesWhatGnuTarReads() throws Exception {
    var file = directory.resolve("made.tar");
    try (var out = Files.newOutputStream(file)) {
      var writer = new TarWriter(out);
      writer.directory("blobs/");
      writer.file("blobs/one", "hello".getBytes(StandardCharsets.UTF_8));
      writer.finish();
    }

    assertThat(
            new String(gnuTar("-xO", "-f", file.toString(), "blobs/one"), StandardCharsets.UTF_8))
        .isEqualTo("hello");
  }
}
