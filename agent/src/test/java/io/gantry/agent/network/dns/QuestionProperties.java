package io.gantry.agent.network.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.ContainerId;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

/** Bytes from containers are anybody's. */
class QuestionProperties {
  private final Answers answers = new Answers(new NameBook(), new Random(1));

  @Property
  void anyBytesAreAQuestionOrNone(@ForAll @Size(max = 700) byte[] packet) {
    reading(packet);
  }

  @Property
  void aDamagedQuestionIsAQuestionOrNone(
      @ForAll @IntRange(max = 60) int at, @ForAll byte value, @ForAll @IntRange(max = 70) int cut) {
    var packet = Packets.query(7, "neighbour.network.example", Question.A, 1232);
    packet[Math.min(at, packet.length - 1)] = value;
    reading(Arrays.copyOf(packet, Math.min(cut, packet.length)));
  }

  @Property
  void aQuestionIsReadAsItWasAsked(
      @ForAll @AlphaChars @StringLength(min = 1, max = 63) String name,
      @ForAll @IntRange(min = 1, max = 0xffff) int type,
      @ForAll @IntRange(max = 0xffff) int id) {
    var packet = Packets.query(id, name, type, 4096);
    var question = Question.parse(packet, packet.length).orElseThrow();
    assertThat(question.name()).isEqualTo(name);
    assertThat(question.type()).isEqualTo(type);
    assertThat(question.id()).isEqualTo(id);
    assertThat(question.room()).isEqualTo(4096);
  }

  @Property
  void anyNameMayBeAskedBackwards(@ForAll String name) {
    assertThat(Answers.address(name + ".in-addr.arpa")).isNotNull();
    assertThat(Answers.address(name + ".ip6.arpa")).isNotNull();
  }

  /** Whatever is read is within the packet, and can be answered. */
  private void reading(byte[] packet) {
    var question = Question.parse(packet, packet.length);
    question.ifPresent(
        one -> {
          assertThat(one.end()).isBetween(Question.HEADER, packet.length);
          assertThat(Reply.code(packet, one, Reply.NAME_ERROR)).hasSizeLessThan(600);
          assertThat(answers.local(ContainerId.random(), packet, one, one.room())).isEmpty();
        });
  }
}
