package io.gantry.agent.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.util.ByteString;
import io.gantry.protocol.ErrorKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class MessageLimitProperties {
  @Provide
  Arbitrary<List<Integer>> lengths() {
    return Arbitraries.integers().between(0, 300).list().ofMaxSize(8);
  }

  private static byte[] framed(List<Integer> lengths) {
    var total = lengths.stream().mapToInt(length -> length + 5).sum();
    var buffer = ByteBuffer.allocate(total);
    for (var length : lengths) {
      buffer.put((byte) 0).putInt(length).position(buffer.position() + length);
    }
    return buffer.array();
  }

  private static List<ByteString> cut(byte[] bytes, int piece) {
    var pieces = new ArrayList<ByteString>();
    for (var from = 0; from < bytes.length; from += piece) {
      pieces.add(ByteString.fromArray(bytes, from, Math.min(piece, bytes.length - from)));
    }
    return pieces;
  }

  @Property
  void messagesThatFitPassHoweverTheyAreCut(
      @ForAll("lengths") List<Integer> lengths, @ForAll @IntRange(min = 1, max = 40) int piece) {
    var limit = new MessageLimit();
    for (var bytes : cut(framed(lengths), piece)) {
      assertThat(limit.check(bytes)).containsExactly(bytes);
    }
  }

  @Property
  void theFirstThatIsTooLongIsRefusedByItsHeader(
      @ForAll("lengths") List<Integer> before,
      @ForAll @IntRange(min = 1, max = 40) int piece,
      @ForAll @IntRange(min = MessageLimit.MAX_MESSAGE_BYTES + 1) int length) {
    var start = framed(before);
    var all = ByteBuffer.allocate(start.length + 5).put(start).put((byte) 0).putInt(length).array();
    var limit = new MessageLimit();
    assertThatThrownBy(() -> cut(all, piece).forEach(limit::check))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("message is %d bytes long", length);
  }

  @Property
  void anyBytesAreTakenOrRefused(@ForAll @Size(max = 2000) byte[] bytes) {
    try {
      new MessageLimit().check(ByteString.fromArray(bytes));
    } catch (Refusal refusal) {
      assertThat(refusal.kind()).isIn(ErrorKind.EXHAUSTED, ErrorKind.UNSUPPORTED);
    }
  }
}
