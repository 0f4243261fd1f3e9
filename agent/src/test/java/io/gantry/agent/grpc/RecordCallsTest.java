package io.gantry.agent.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import com.google.protobuf.Timestamp;
import io.gantry.agent.Caller;
import io.gantry.agent.fake.InMemoryEngine;
import io.gantry.agent.socket.ListenAddress;
import io.gantry.protocol.v1.Cursor;
import io.gantry.protocol.v1.Gap;
import io.gantry.protocol.v1.GapReason;
import io.gantry.protocol.v1.JournalEntry;
import io.gantry.protocol.v1.PositionRequest;
import io.gantry.protocol.v1.PositionResponse;
import io.gantry.protocol.v1.VolumeSpec;
import io.gantry.protocol.v1.WatchFilter;
import io.gantry.protocol.v1.WatchRequest;
import io.gantry.protocol.v1.WatchResponse;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The contract for readers of the record, over the wire. */
@Timeout(30)
class RecordCallsTest {
  private static final ActorTestKit KIT = ActorTestKit.create();

  @TempDir private Path directory;
  private InMemoryEngine engine;
  private GrpcApi api;
  private TestClient client;

  @BeforeEach
  void serveThreeEntries() throws IOException {
    var socket = directory.resolve("s");
    engine = new InMemoryEngine(KIT.system());
    api =
        GrpcApi.bind(
            KIT.system(),
            engine,
            new GrpcApi.Settings(
                List.of(new ListenAddress.Unix(socket)), Optional.empty(), Optional.empty()));
    client = new TestClient(socket);
    happen("first");
    happen("second");
    happen("third");
  }

  @AfterEach
  void close() throws Exception {
    client.close();
    api.close();
  }

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  private void happen(String volume) {
    engine
        .volumes()
        .create(
            new Caller("r-" + volume, "unix:uid=0,gid=0"),
            VolumeSpec.newBuilder().setName(volume).build());
  }

  private TestClient.Session<WatchRequest, WatchResponse> watch(WatchRequest.Builder request) {
    return client.ask(
        "gantry.v1.RecordService/Watch", request.build(), WatchResponse.getDefaultInstance());
  }

  private static WatchRequest.Builder after(long sequence, long epoch) {
    return WatchRequest.newBuilder()
        .setAfter(Cursor.newBuilder().setSequence(sequence).setEpoch(epoch));
  }

  private static List<String> names(List<WatchResponse> responses) {
    return responses.stream()
        .map(WatchResponse::getEntry)
        .map(entry -> entry.getSubject().getName())
        .toList();
  }

  private static Gap gap(long first, long last, GapReason reason) {
    return Gap.newBuilder().setFirst(first).setLast(last).setReason(reason).build();
  }

  @Test
  void withoutACursorItBeginsWithTheFirstEntryAndEndsWithTheNewest() throws Exception {
    var all = watch(WatchRequest.newBuilder()).rest();
    assertThat(names(all)).containsExactly("first", "second", "third");
    JournalEntry entry = all.getFirst().getEntry();
    assertThat(entry.getSequence()).isEqualTo(1);
    assertThat(entry.getProvenance().getRequestId()).isEqualTo("r-first");
    assertThat(entry.getVolumeCreated().getSpec().getName()).isEqualTo("first");
  }

  @Test
  void aCursorGoesOnBehindItsEntryFromHistoryToLive() throws Exception {
    var watch = watch(after(2, 1).setFollow(true));
    assertThat(watch.next().getEntry().getSequence()).isEqualTo(3);
    happen("live");
    assertThat(watch.next().getEntry().getSubject().getName()).isEqualTo("live");
    watch.cancel();
  }

  @Test
  void silenceIsBrokenByHeartbeatsWhoseCursorCountsWhatTheFilterHeldBack() throws Exception {
    var watch =
        watch(
            after(0, 0)
                .setFollow(true)
                .setHeartbeatSeconds(1)
                .setFilter(WatchFilter.newBuilder().addIds("second")));
    assertThat(watch.next().getEntry().getSequence()).isEqualTo(2);
    assertThat(watch.next().getHeartbeat().getCursor())
        .isEqualTo(Cursor.newBuilder().setSequence(3).setEpoch(1).build());
    watch.cancel();
  }

  @Test
  void whatRetentionRemovedIsAGapForThoseWhoAskedForIt() throws Exception {
    engine.events().forgetUntil(2);
    var answers = watch(after(0, 0)).rest();
    assertThat(answers.getFirst().getGap()).isEqualTo(gap(1, 2, GapReason.GAP_REASON_RETENTION));
    assertThat(names(answers.subList(1, 2))).containsExactly("third");
    assertThat(names(watch(WatchRequest.newBuilder()).rest())).containsExactly("third");
    assertThat(names(watch(after(2, 1)).rest())).containsExactly("third");
  }

  @Test
  void aCursorOfAnotherLifeOfTheRecordIsAGap() throws Exception {
    assertThat(watch(after(9, 1)).rest())
        .containsExactly(
            WatchResponse.newBuilder().setGap(gap(4, 9, GapReason.GAP_REASON_REPLACED)).build());
    var answers = watch(after(2, 7)).rest();
    assertThat(answers.getFirst().getGap()).isEqualTo(gap(2, 2, GapReason.GAP_REASON_REPLACED));
    assertThat(names(answers.subList(1, 2))).containsExactly("third");
  }

  @Test
  void timesBoundItOnBothSides() throws Exception {
    var second = InMemoryEngine.NOON.plusSeconds(2).getEpochSecond();
    var answers =
        watch(
                WatchRequest.newBuilder()
                    .setSince(Timestamp.newBuilder().setSeconds(second))
                    .setUntil(Timestamp.newBuilder().setSeconds(second + 1)))
            .rest();
    assertThat(names(answers)).containsExactly("second");
  }

  @Test
  void nowIsOnlyWhatHappensFromHere() throws Exception {
    var watch =
        watch(WatchRequest.newBuilder().setNow(true).setFollow(true).setHeartbeatSeconds(1));
    assertThat(watch.next().getHeartbeat().getCursor().getSequence()).isEqualTo(3);
    happen("live");
    assertThat(watch.next().getEntry().getSequence()).isEqualTo(4);
    watch.cancel();
  }

  @Test
  void filtersThatNameNothingAreRefused() throws Exception {
    var filter = WatchFilter.newBuilder().addEventTypes("volume_painted");
    var end = watch(WatchRequest.newBuilder().setFilter(filter)).end();
    assertThat(end.status().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(end.status().getDescription()).isEqualTo("invalid event type: \"volume_painted\"");
    assertThat(watch(WatchRequest.newBuilder().setHeartbeatSeconds(301)).end().status().getCode())
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void thePositionIsThatOfTheNewestEntry() throws Exception {
    assertThat(
            client
                .ask(
                    "gantry.v1.RecordService/Position",
                    PositionRequest.getDefaultInstance(),
                    PositionResponse.getDefaultInstance())
                .next()
                .getCursor())
        .isEqualTo(Cursor.newBuilder().setSequence(3).setEpoch(1).build());
  }
}
