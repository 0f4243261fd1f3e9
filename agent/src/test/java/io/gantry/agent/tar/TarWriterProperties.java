package io.gantry.agent.tar;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.tar.TarEntry.Segment;
import io.gantry.agent.tar.TarEntry.Type;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What is written reads back as it was. */
class TarWriterProperties {
  @Property(tries = 500)
  void everyEntryReadsBackAsItWasWritten(@ForAll("entries") TarEntry entry) throws Exception {
    var bytes = new ByteArrayOutputStream();
    var writer = new TarWriter(bytes);
    writer.entry(entry, (_, _, length) -> length);
    writer.directory("end");
    writer.finish();

    var reader = new TarReader(new ByteArrayInputStream(bytes.toByteArray()));
    assertThat(reader.next()).isEqualTo(entry);
    assertThat(Objects.requireNonNull(reader.next()).name()).isEqualTo("end");
    assertThat(reader.next()).isNull();
    assertThat(bytes.size() % 512).isZero();
  }

  @Provide
  Arbitrary<TarEntry> entries() {
    var names =
        Arbitraries.strings()
            .withCharRange((char) 1, (char) 255)
            .ofMinLength(1)
            .ofMaxLength(300)
            .filter(name -> !name.endsWith("/"));
    var numbers = Arbitraries.longs().between(0, 0xffff_fffeL);
    var seconds = Arbitraries.longs().between(-(1L << 40), 1L << 40);
    var nanos = Arbitraries.integers().between(0, 999_999_999);
    var attributes =
        Arbitraries.maps(
                Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(20).map(n -> "user." + n),
                Arbitraries.strings().withCharRange((char) 0, (char) 255).ofMaxLength(120))
            .ofMaxSize(3);
    return Combinators.combine(
            Arbitraries.of(Type.class),
            names,
            Combinators.combine(numbers, numbers).as((uid, gid) -> new long[] {uid, gid}),
            Combinators.combine(seconds, nanos).as((s, n) -> new long[] {s, n}),
            Arbitraries.integers().between(0, 5000),
            Arbitraries.integers().between(0, 07777),
            attributes)
        .as(TarWriterProperties::entry);
  }

  private static TarEntry entry(
      Type type,
      String name,
      long[] owner,
      long[] time,
      int size,
      int mode,
      Map<String, String> attributes) {
    var bytes = type == Type.FILE ? size : 0;
    var device = type == Type.CHARACTER_DEVICE || type == Type.BLOCK_DEVICE;
    var link = type == Type.SYMLINK || type == Type.HARD_LINK ? name + "x" : "";
    return new TarEntry(
        type,
        name,
        link,
        mode,
        owner[0],
        owner[1],
        bytes,
        time[0],
        (int) time[1],
        device ? size : 0,
        device ? mode : 0,
        attributes,
        List.of(new Segment(0, bytes)));
  }
}
