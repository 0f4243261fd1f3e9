package io.gantry.agent.build;

import io.gantry.agent.host.bundle.UserDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** {@code --chown=user[:group]}: names are those of the image. */
final class Owners {
  private Owners() {}

  static Placing.Owner resolve(String text, Path root) throws IOException, BuildFailed {
    var colon = text.indexOf(':');
    var user = colon < 0 ? text : text.substring(0, colon);
    var group = colon < 0 ? "" : text.substring(colon + 1);
    var database =
        number(user).isPresent() && (group.isEmpty() || number(group).isPresent())
            ? UserDatabase.EMPTY
            : UserDatabase.read(root);
    var entry = line(database.passwd(), user, 4);
    var uid = number(user);
    if (uid.isEmpty() && entry.isPresent()) {
      uid = number(entry.get()[2]);
    }
    if (uid.isEmpty()) {
      throw new BuildFailed(
          "unable to convert uid/gid chown string to host mapping: can't find uid for user %s: no such user: %s"
              .formatted(user, user));
    }
    return new Placing.Owner(uid.getAsInt(), group(user, group, uid.getAsInt(), entry, database));
  }

  private static int group(
      String user, String group, int uid, Optional<String[]> entry, UserDatabase database)
      throws BuildFailed {
    if (group.isEmpty() && number(user).isPresent()) {
      return uid;
    }
    var name = group.isEmpty() ? user : group;
    var gid = number(name);
    var named = line(database.group(), name, 3);
    if (gid.isEmpty() && named.isPresent()) {
      gid = number(named.get()[2]);
    }
    if (gid.isEmpty() && group.isEmpty() && entry.isPresent()) {
      gid = number(entry.get()[3]);
    }
    if (gid.isEmpty()) {
      throw new BuildFailed(
          "unable to convert uid/gid chown string to host mapping: can't find gid for group %s: no such group: %s"
              .formatted(name, name));
    }
    return gid.getAsInt();
  }

  private static Optional<String[]> line(List<String> lines, String name, int fields) {
    return lines.stream()
        .map(line -> line.split(":", -1))
        .filter(split -> split.length >= fields && split[0].equals(name))
        .findFirst();
  }

  private static OptionalInt number(String text) {
    if (text.isEmpty() || text.length() > 9 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(Integer.parseInt(text));
  }
}
