package io.gantry.agent.engine;

import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The options of {@code --tmpfs}, as mount(8) names them; others would fail the start. */
final class TmpfsCheck {
  private static final Set<String> FLAGS =
      Set.of(
          ("defaults ro rw suid nosuid dev nodev exec noexec sync async dirsync remount mand nomand"
                  + " atime noatime diratime nodiratime bind rbind unbindable runbindable private"
                  + " rprivate shared rshared slave rslave relatime norelatime strictatime"
                  + " nostrictatime")
              .split(" "));

  private static final Set<String> VALUES =
      Set.of("size", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "mpol");

  private TmpfsCheck() {}

  static Optional<String> wrong(Collection<String> options) {
    return options.stream()
        .flatMap(list -> Stream.of(list.split(",")))
        .filter(option -> !option.isEmpty() && !known(option))
        .findFirst()
        .map(option -> "invalid tmpfs option [\"%s\"]".formatted(option));
  }

  private static boolean known(String option) {
    var equals = option.indexOf('=');
    return equals < 0 ? FLAGS.contains(option) : VALUES.contains(option.substring(0, equals));
  }
}
