package io.gantry.agent.docker.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class BodyDecoderTest {
  private record Decoded(String body, boolean ended, String behind) {}

  /** In pieces of up to {@code piece} bytes, into a target of {@code room}. */
  private static Decoded decode(BodyDecoder decoder, String text, int piece, int room)
      throws IOException {
    var bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    var body = new ByteArrayOutputStream();
    var target = new byte[room];
    var at = 0;
    while (at < bytes.length && !decoder.ended()) {
      var length = Math.min(piece, bytes.length - at);
      var from = ByteBuffer.wrap(bytes, at, length);
      while (from.hasRemaining() && !decoder.ended()) {
        body.write(target, 0, decoder.decode(from, target, 0, room));
      }
      at += length - from.remaining();
    }
    return new Decoded(
        body.toString(StandardCharsets.ISO_8859_1), decoder.ended(), text.substring(at));
  }

  @Test
  void aBodyOfKnownLengthEndsThere() throws Exception {
    assertThat(decode(BodyDecoder.sized(5), "helloGET /", 3, 2))
        .isEqualTo(new Decoded("hello", true, "GET /"));
    assertThat(BodyDecoder.sized(0).ended()).isTrue();
  }

  @Test
  void chunksAreJoinedAndExtensionsAndTrailersPassedOver() throws Exception {
    var text = "5;a=b\r\nhello\r\n1\n \n0A\r\n0123456789\r\n0\r\nTrailer: 1\r\n\r\nGET /";
    assertThat(decode(BodyDecoder.chunked(), text, 100, 100))
        .isEqualTo(new Decoded("hello 0123456789", true, "GET /"));
  }

  @Test
  void whatIsNotChunkedIsRefused() {
    for (var text :
        new String[] {
          "x\r\n",
          "\r\n",
          "-1\r\n",
          "\uff11\r\n",
          "ffffffffffffffff\r\n",
          "1\r\nab\r\n",
          "1".repeat(2000),
          "0\r\n" + "a: b\r\n".repeat(100)
        }) {
      assertThatThrownBy(() -> decode(BodyDecoder.chunked(), text, 100, 100))
          .as(text)
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("invalid chunked encoding");
    }
  }

  @Property(tries = 300)
  void itMakesNoDifferenceHowTheBytesCome(@ForAll long seed) throws Exception {
    var random = new Random(seed);
    var body = new StringBuilder();
    var text = new StringBuilder();
    for (var chunks = random.nextInt(6); chunks > 0; chunks--) {
      var data = Character.toString('a' + random.nextInt(26)).repeat(1 + random.nextInt(300));
      body.append(data);
      text.append(Integer.toHexString(data.length())).append("\r\n").append(data).append("\r\n");
    }
    text.append("0\r\n\r\n");
    assertThat(
            decode(
                BodyDecoder.chunked(),
                text + "behind",
                1 + random.nextInt(50),
                1 + random.nextInt(50)))
        .isEqualTo(new Decoded(body.toString(), true, "behind"));
  }

  @Property(tries = 500)
  void anyBytesAreDecodedOrRefused(@ForAll byte[] bytes) {
    try {
      decode(BodyDecoder.chunked(), new String(bytes, StandardCharsets.ISO_8859_1), 7, 5);
    } catch (IOException refused) {
      assertThat(refused).hasMessageStartingWith("invalid chunked encoding");
    }
  }
}
