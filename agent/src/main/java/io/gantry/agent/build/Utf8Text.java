package io.gantry.agent.build;

import io.gantry.agent.Attachment;
import io.gantry.agent.Containers.Stream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;

/** Bytes of two streams to text, where a character may be cut by the end of a chunk. */
final class Utf8Text {
  private static final int LONGEST_CHARACTER = 4;

  private static final class Part {
    private final CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private byte[] rest = new byte[0];

    String decode(byte[] bytes) {
      var in = ByteBuffer.allocate(rest.length + bytes.length).put(rest).put(bytes).flip();
      var out = CharBuffer.allocate(in.remaining() + LONGEST_CHARACTER);
      decoder.decode(in, out, false);
      rest = new byte[in.remaining()];
      in.get(rest);
      return out.flip().toString();
    }
  }

  private final Map<Stream, Part> parts = new EnumMap<>(Stream.class);

  String decode(Attachment.Chunk chunk) {
    return parts.computeIfAbsent(chunk.stream(), _ -> new Part()).decode(chunk.data().toArray());
  }
}
