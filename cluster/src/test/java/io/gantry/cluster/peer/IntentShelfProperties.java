package io.gantry.cluster.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.gantry.cluster.services.lifecycle.IntentOrder;
import io.gantry.protocol.v1.Intent;
import io.gantry.protocol.v1.ReplicaSlot;
import io.gantry.protocol.v1.Service;
import io.gantry.protocol.v1.Task;
import java.io.NotSerializableException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** However intents travel, all hosts come to the same. */
class IntentShelfProperties {
  private final IntentShelfSerializer serializer = new IntentShelfSerializer();

  @Provide
  Arbitrary<Map<String, Intent>> intents() {
    var keys =
        Arbitraries.of(
            IntentOrder.CONTROLLER,
            IntentOrder.serviceKey("a"),
            IntentOrder.slotKey("a", "1"),
            IntentOrder.slotKey("a", "2"),
            IntentOrder.serviceKey("b"),
            IntentOrder.slotKey("b", "1"));
    return Arbitraries.maps(keys, intent()).ofMaxSize(6).map(some -> repaired(some));
  }

  /** One reign writes one thing under one version: so it is here, too. */
  private static Map<String, Intent> repaired(Map<String, Intent> some) {
    var all = new HashMap<String, Intent>();
    some.forEach(
        (key, intent) -> {
          var bare =
              Intent.newBuilder()
                  .setEpoch(intent.getEpoch())
                  .setController(intent.getController())
                  .setVersion(intent.getVersion());
          var removal = intent.getVersion() % 5 == 4;
          if (removal && !key.equals(IntentOrder.CONTROLLER)) {
            all.put(key, bare.build());
          } else if (key.equals(IntentOrder.CONTROLLER)) {
            all.put(key, bare.setClaim(true).build());
          } else if (IntentOrder.slot(key).isEmpty()) {
            all.put(key, bare.setService(Service.newBuilder().setId("a")).build());
          } else {
            var task = Task.newBuilder().setId("t" + intent.getVersion());
            all.put(key, bare.setSlot(ReplicaSlot.newBuilder().setCurrent(task)).build());
          }
        });
    return all;
  }

  private static Arbitrary<Intent> intent() {
    return Combinators.combine(
            Arbitraries.longs().between(1, 3),
            Arbitraries.of("h1", "h2"),
            Arbitraries.longs().between(1, 9))
        .as(
            (epoch, host, version) ->
                Intent.newBuilder()
                    .setEpoch(epoch)
                    .setController(host)
                    .setVersion(version)
                    .build());
  }

  @Property
  void mergingIsTheSameInAnyOrderAndNumber(
      @ForAll("intents") Map<String, Intent> a,
      @ForAll("intents") Map<String, Intent> b,
      @ForAll("intents") Map<String, Intent> c) {
    var ab = IntentOrder.merged(a, b);
    assertThat(IntentOrder.merged(b, a)).isEqualTo(ab);
    assertThat(IntentOrder.merged(ab, c))
        .isEqualTo(IntentOrder.merged(a, IntentOrder.merged(b, c)));
    assertThat(IntentOrder.merged(ab, ab)).isEqualTo(ab);
    assertThat(IntentOrder.merged(ab, a)).isEqualTo(ab);
  }

  @Property
  void whatWasRemovedStaysRemovedWithAllItsSlots(
      @ForAll("intents") Map<String, Intent> a, @ForAll("intents") Map<String, Intent> b) {
    var merged = IntentOrder.merged(a, b);
    var removed = a.get(IntentOrder.serviceKey("a"));
    if (removed != null && IntentOrder.isRemoval(removed)) {
      assertThat(merged.get(IntentOrder.serviceKey("a"))).matches(IntentOrder::isRemoval);
      assertThat(merged.keySet()).noneMatch(key -> key.startsWith("slot/a/"));
    }
  }

  @Property
  void aChangeThatTravelsAloneBringsTheSameAsTheWhole(
      @ForAll("intents") Map<String, Intent> before,
      @ForAll("intents") Map<String, Intent> there,
      @ForAll("intents") Map<String, Intent> change) {
    var shelf = IntentShelf.of(IntentOrder.merged(before, Map.of())).with(change);
    var other = IntentShelf.of(IntentOrder.merged(IntentOrder.merged(there, Map.of()), before));
    var byDelta = shelf.deltaData().map(other::mergeDeltaData).orElse(other);
    assertThat(byDelta).isEqualTo(other.mergeData(shelf));
  }

  @Property
  void equalShelvesHaveEqualBytesAndAreReadAsTheyWere(@ForAll("intents") Map<String, Intent> some)
      throws NotSerializableException {
    var shelf = IntentShelf.of(some);
    var again = IntentShelf.of(new TreeMap<>(some).descendingMap());
    assertThat(serializer.toBinary(shelf)).isEqualTo(serializer.toBinary(again));
    assertThat(serializer.fromBinary(serializer.toBinary(shelf), "s")).isEqualTo(shelf);
  }

  @Example
  void bytesOfTheFirstReleaseAreReadForEverAndWrittenTheSame() throws NotSerializableException {
    var claim =
        Intent.newBuilder().setEpoch(7).setController("h1").setVersion(9).setClaim(true).build();
    var shelf = IntentShelf.of(Map.of(IntentOrder.CONTROLLER, claim));
    var golden =
        HexFormat.of().parseHex("0801321a0a180a0a636f6e74726f6c6c6572120a08071202683118092001");
    assertThat(serializer.identifier()).isEqualTo(428_002);
    assertThat(serializer.manifest(shelf)).isEqualTo("s");
    assertThat(serializer.fromBinary(serializer.toBinary(shelf), "s")).isEqualTo(shelf);
    assertThat(HexFormat.of().formatHex(serializer.toBinary(shelf)))
        .isEqualTo(HexFormat.of().formatHex(golden));
    var key = new IntentShelf.ShelfKey(3);
    assertThat(serializer.manifest(key)).isEqualTo("k");
    assertThat(serializer.toBinary(key)).isEqualTo(new byte[] {3});
    assertThat(serializer.fromBinary(new byte[] {3}, "k")).isEqualTo(key);
  }

  @Property
  void anyOtherBytesAreReadOrRefused(@ForAll byte[] bytes, @ForAll boolean key) {
    var failure = catchThrowable(() -> serializer.fromBinary(bytes, key ? "k" : "s"));
    assertThat(failure == null || failure instanceof NotSerializableException).isTrue();
  }
}
