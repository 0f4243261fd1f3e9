package io.gantry.agent.tar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class DirectoryTimesProperties {
  record Time(String path, long seconds, int nanos) {}

  @Property
  void whatWasAddedIsSetInItsOrderAndOnce(@ForAll("times") List<Time> times) throws IOException {
    var kept = new DirectoryTimes();
    times.forEach(time -> kept.add(time.path(), time.seconds(), time.nanos()));
    assertThat(set(kept)).isEqualTo(times);
    assertThat(set(kept)).isEmpty();
  }

  @Example
  void itIsFullAtItsBoundAndEmptyOnceTheyAreSet() throws IOException {
    var kept = new DirectoryTimes(100);
    var added = 0;
    for (; !kept.isFull(); added++) {
      kept.add("usr/share/doc/" + added, added, 0);
    }
    assertThat(added).isBetween(3, 5);
    assertThat(set(kept)).hasSize(added);
    assertThat(kept.isFull()).isFalse();
  }

  private static List<Time> set(DirectoryTimes kept) throws IOException {
    var found = new ArrayList<Time>();
    kept.set((path, seconds, nanos) -> found.add(new Time(path, seconds, nanos)));
    return found;
  }

  @Provide
  Arbitrary<List<Time>> times() {
    var paths = Arbitraries.strings().withChars('a', '/', '\u00e9', '\u00ff').ofMaxLength(300);
    return Combinators.combine(paths, Arbitraries.longs(), Arbitraries.integers())
        .as(Time::new)
        .list()
        .ofMaxSize(50);
  }
}
