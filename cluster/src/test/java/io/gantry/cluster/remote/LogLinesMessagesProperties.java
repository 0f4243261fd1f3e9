package io.gantry.cluster.remote;

import static org.assertj.core.api.Assertions.assertThat;

import akka.util.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.gantry.agent.Containers.LogLine;
import io.gantry.agent.Containers.Stream;
import io.gantry.agent.LogBatch;
import io.gantry.protocol.v1.LogLines;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class LogLinesMessagesProperties {
  @Provide
  Arbitrary<List<LogLine>> lines() {
    return Combinators.combine(
            Arbitraries.of(Stream.values()),
            Arbitraries.longs().between(0, 1L << 34),
            Arbitraries.integers().between(0, 999_999_999),
            Arbitraries.bytes().array(byte[].class).ofMaxSize(40))
        .as(
            (stream, second, nano, bytes) ->
                new LogLine(
                    stream, Instant.ofEpochSecond(second, nano), ByteString.fromArray(bytes)))
        .list()
        .ofMaxSize(300);
  }

  @Property
  void linesArriveAsTheyWereSent(@ForAll("lines") List<LogLine> lines)
      throws InvalidProtocolBufferException {
    var batch = new LogBatch.Builder(16);
    for (var line : lines) {
      var bytes = line.data().toArray();
      batch.add(
          line.stream(),
          line.time().getEpochSecond(),
          line.time().getNano(),
          bytes,
          0,
          bytes.length);
    }
    var sent = LogLinesMessages.write(batch.build()).toByteArray();
    assertThat(LogLinesMessages.read(LogLines.parseFrom(sent)).lines()).isEqualTo(lines);
  }

  @Property(tries = 5000)
  void whateverComesIsABatchOrAFailure(@ForAll("damaged") LogLines lines) {
    try {
      LogLinesMessages.read(lines).lines();
    } catch (RemoteFailure refused) {
      assertThat(refused).hasMessage("log lines of another host cannot be read");
    }
  }

  @Provide
  Arbitrary<LogLines> damaged() {
    var ints = Arbitraries.integers().list().ofMaxSize(4);
    return Combinators.combine(
            Arbitraries.bytes().array(byte[].class).ofMaxSize(8),
            ints,
            Arbitraries.longs().list().ofMaxSize(4),
            ints,
            Arbitraries.of(true, false).list().ofMaxSize(4))
        .as(
            (data, ends, seconds, nanos, errors) ->
                LogLines.newBuilder()
                    .setData(com.google.protobuf.ByteString.copyFrom(data))
                    .addAllEnds(ends)
                    .addAllSeconds(seconds)
                    .addAllNanos(nanos)
                    .addAllErrors(errors)
                    .build());
  }
}
