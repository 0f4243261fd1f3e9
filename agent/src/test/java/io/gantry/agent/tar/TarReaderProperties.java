package io.gantry.agent.tar;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.host.kernel.tree.ByteStrings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** Whatever bytes come, the reader answers with entries or a {@link TarException}, and ends. */
class TarReaderProperties {
  private static void readAll(byte[] bytes) throws IOException {
    var tar = new TarReader(new ByteArrayInputStream(bytes));
    try {
      for (var entry = tar.next(); entry != null; entry = tar.next()) {
        assertThat(entry.storedSize()).isBetween(0L, Long.MAX_VALUE);
        var buffer = new byte[700];
        while (tar.read(buffer, 0, buffer.length) >= 0) {
          continue;
        }
      }
      tar.drain();
    } catch (TarException expected) {
      assertThat(expected.getMessage()).isNotBlank();
    }
  }

  @Property(tries = 300)
  void anyBytesAreReadOrRefused(@ForAll @Size(max = 2048) byte[] bytes) throws IOException {
    readAll(bytes);
  }

  @Property(tries = 1000)
  void anyHeaderWithARightChecksumIsReadOrRefused(@ForAll("headers") byte[] header)
      throws IOException {
    readAll(Arrays.copyOf(header, 4096));
  }

  @Property(tries = 500)
  void anyExtendedHeaderIsReadOrRefused(@ForAll("records") String records) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var body = ByteStrings.bytes(records);
    bytes.write(TestHeaders.header("pax", 'x', body.length));
    bytes.write(Arrays.copyOf(body, body.length + 511 & ~511));
    bytes.write(TestHeaders.header("file", '0', 700));
    bytes.write(new byte[4096]);
    readAll(bytes.toByteArray());
  }

  @Provide
  Arbitrary<byte[]> headers() {
    var fields = Arbitraries.bytes().array(byte[].class).ofSize(512);
    var types = Arbitraries.of('0', '1', '2', '5', 'x', 'g', 'L', 'K', 'S', '3', '6', 'V');
    return Combinators.combine(fields, types, Arbitraries.integers().between(0, 600))
        .as(
            (bytes, type, zeros) -> {
              Arrays.fill(bytes, 0, Math.min(512, zeros), (byte) 0);
              bytes[156] = (byte) (char) type;
              return TestHeaders.checksummed(bytes);
            });
  }

  @Provide
  Arbitrary<String> records() {
    var key =
        Arbitraries.of(
            "path",
            "size",
            "mtime",
            "uid",
            "linkpath",
            "GNU.sparse.major",
            "GNU.sparse.realsize",
            "GNU.sparse.map",
            "GNU.sparse.size",
            "GNU.sparse.offset",
            "GNU.sparse.numbytes",
            "SCHILY.xattr.user.a");
    var value =
        Arbitraries.of(
            "", "0", "1", "700", "-1", "99999999999999999999", "1.5", "0,5,10,20", "\u00ff\n");
    var record =
        Combinators.combine(key, value, Arbitraries.integers().between(-2, 2))
            .as((k, v, off) -> TestHeaders.record(k, v, off == 2 ? 1 : 0));
    return record.list().ofMaxSize(6).map(all -> String.join("", all));
  }
}
