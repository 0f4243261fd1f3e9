package io.gantry.agent.host.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import org.junit.jupiter.api.Test;

class MountTableTest {
  @Test
  void mountPointsAreReadWithTheirEscapes() {
    var text =
        """
        36 35 98:0 /mnt1 /mnt\\040two rw,noatime master:1 shared:2 - ext3 /dev/root rw,errors=continue
        37 35 0:5 net:[4026532] /run/n rw - nsfs nsfs rw
        nonsense
        """;
    assertThat(MountTable.parse(text))
        .containsExactly(
            new MountTable.Mount("/mnt1", "/mnt two", "ext3", "/dev/root", "rw,errors=continue"),
            new MountTable.Mount("net:[4026532]", "/run/n", "nsfs", "nsfs", "rw"));
  }

  @Test
  void thisMachinesTableHasARoot() throws Exception {
    assertThat(MountTable.read()).anyMatch(mount -> mount.point().equals("/"));
  }

  @Property
  void anyTextIsRead(@ForAll String text) {
    MountTable.parse(text);
  }

  @Property
  void anyLineOfTheAlphabetIsRead(
      @ForAll @CharRange(from = ' ', to = '9') @CharRange(from = '\\', to = '\\') String fields) {
    MountTable.parse("1 2 3 " + fields + " - " + fields + " 4 5 6");
  }
}
