package io.gantry.persistence.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.gantry.persistence.event.Event;
import io.gantry.protocol.v1.EventProvenance;
import io.gantry.protocol.v1.EventSubject;
import io.gantry.protocol.v1.JournalEntry;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class EventSchemaProperties {
  @Provide
  Arbitrary<Class<? extends Event>> types() {
    return Arbitraries.of(AnyEvent.types());
  }

  @Property(tries = 2000)
  void whatIsReadEqualsWhatWasWritten(
      @ForAll("types") Class<? extends Event> type, @ForAll long seed) {
    var recorded = new AnyEvent(seed).recorded(type);
    byte[] bytes = EventSchema.write(recorded).build().toByteArray();
    assertThat(EventSchema.read(EventSchema.parse(bytes))).isEqualTo(recorded);
  }

  @Example
  void everyKindOfTheSchemaIsWrittenByOneEventAndReadBackAsIt() {
    var kinds = EnumSet.allOf(JournalEntry.EventCase.class);
    kinds.remove(JournalEntry.EventCase.EVENT_NOT_SET);
    for (var type : AnyEvent.types()) {
      var kind = EventSchema.write(new AnyEvent(1).recorded(type)).getEventCase();
      assertThat(kinds.remove(kind)).as("%s is written as %s, and it alone", type, kind).isTrue();
    }
    assertThat(kinds).as("kinds no event is written as").isEmpty();
  }

  /** Bytes of a disk can be anything. The answer is an event or one kind of exception. */
  @Property(tries = 5000)
  void damagedBytesAreRefusedAndNothingElse(
      @ForAll("types") Class<? extends Event> type, @ForAll long seed, @ForAll long damage) {
    byte[] bytes = EventSchema.write(new AnyEvent(seed).recorded(type)).build().toByteArray();
    var random = new Random(damage);
    byte[] damaged =
        Arrays.copyOf(
            bytes, random.nextBoolean() ? bytes.length : random.nextInt(bytes.length + 1));
    for (int i = random.nextInt(4); i > 0 && damaged.length > 0; i--) {
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
    }
    readOrRefuse(damaged);
  }

  @Property(tries = 2000)
  void arbitraryBytesAreRefusedAndNothingElse(@ForAll byte[] bytes) {
    readOrRefuse(bytes);
  }

  private static void readOrRefuse(byte[] bytes) {
    try {
      EventSchema.read(EventSchema.parse(bytes));
    } catch (UnreadableEntryException expected) {
      assertThat(expected).hasMessageContaining("entry");
    } catch (RuntimeException other) {
      fail("bytes of the disk led to " + other, other);
    }
  }

  @Example
  void anEventOfALaterReleaseIsRefusedByName() {
    var later = JournalEntry.newBuilder();
    later.setSequence(7).setPersistenceSequence(3).setPersistenceId("container|c");
    later
        .setSubject(EventSubject.getDefaultInstance())
        .setProvenance(EventProvenance.getDefaultInstance());
    var field = UnknownFieldSet.Field.newBuilder();
    field.addLengthDelimited(ByteString.EMPTY);
    later.setUnknownFields(UnknownFieldSet.newBuilder().addField(180, field.build()).build());
    assertThatThrownBy(() -> EventSchema.read(EventSchema.parse(later.build().toByteArray())))
        .isInstanceOf(UnreadableEntryException.class)
        .hasMessage(
            "entry 7 of the record, event 3 of container|c holds an event this release does not know (field [180])");
  }

  @Example
  void theAkkaSerializerKeepsEveryEvent() {
    var serializer = new RecordedSerializer();
    for (var type : AnyEvent.types()) {
      var recorded = new AnyEvent(2).recorded(type);
      assertThat(
              serializer.fromBinary(serializer.toBinary(recorded), serializer.manifest(recorded)))
          .isEqualTo(recorded);
    }
    assertThat(List.of(serializer.identifier())).containsExactly(1_196_313_700);
  }
}
