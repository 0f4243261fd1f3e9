package io.gantry.agent.host.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class IdentityProperties {
  @Provide
  Arbitrary<List<String>> lines() {
    return Arbitraries.strings()
        .withChars("ab:,0123456789 \u0000\u00ff")
        .ofMaxLength(60)
        .list()
        .ofMaxSize(20);
  }

  @Property(tries = 500)
  void anyFilesGiveAnIdentityOrSayThatThereIsNone(
      @ForAll("lines") List<String> passwd,
      @ForAll("lines") List<String> group,
      @ForAll String user) {
    try {
      var found = Identity.resolve(user, List.of(), new UserDatabase(passwd, group));
      assertThat(found.uid()).isBetween(0L, 0xffff_fffeL);
      assertThat(found.gid()).isBetween(0L, 0xffff_fffeL);
    } catch (Identity.Unknown refused) {
      assertThat(refused).hasMessageContaining("no matching entries");
    }
  }

  @Example
  void numbersNeedNoEntry() throws Identity.Unknown {
    assertThat(Identity.resolve("1000:1001", List.of("5"), UserDatabase.EMPTY))
        .isEqualTo(new Identity(1000, 1001, List.of(1001L, 5L), "/"));
    assertThat(Identity.resolve("", List.of(), UserDatabase.EMPTY))
        .isEqualTo(new Identity(0, 0, List.of(0L), "/"));
  }

  @Example
  void namesAndNumbersFindTheSameEntry() throws Identity.Unknown {
    var ann = new Identity(7, 8, List.of(8L, 50L), "/home/ann");
    assertThat(Identity.resolve("ann", List.of(), Plans.USERS)).isEqualTo(ann);
    assertThat(Identity.resolve("7", List.of(), Plans.USERS)).isEqualTo(ann);
    assertThat(Identity.resolve("ann:staff", List.of(), Plans.USERS))
        .isEqualTo(new Identity(7, 50, List.of(50L), "/home/ann"));
  }
}
