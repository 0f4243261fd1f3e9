package io.gantry.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class CpuListProperties {
  @Property
  void aListOfNumbersIsTheirSet(
      @ForAll @Size(max = 9) List<@IntRange(max = 4095) Integer> numbers) {
    var text = new StringBuilder();
    for (var number : numbers) {
      text.append(text.isEmpty() ? "" : ",").append(number);
    }
    var parsed = CpuList.parse(text.toString()).orElseThrow();
    for (var number : numbers) {
      assertThat(parsed.get(number)).isTrue();
    }
  }

  @Property
  void anyTextIsAListOrIsNot(@ForAll String text) {
    CpuList.parse(text).ifPresent(set -> assertThat(set.length()).isLessThanOrEqualTo(10_000));
  }
}
