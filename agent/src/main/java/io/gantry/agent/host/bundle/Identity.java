package io.gantry.agent.host.bundle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * Who a process runs as.
 *
 * @param home directory of the user; "/" when nobody knows
 */
public record Identity(long uid, long gid, List<Long> additionalGids, String home) {
  private static final int NAME = 0;
  private static final int NUMBER = 2;
  private static final int PRIMARY_GROUP = 3;
  private static final int MEMBERS = 3;
  private static final int HOME = 5;
  private static final int PASSWD_FIELDS = 7;
  private static final int GROUP_FIELDS = 4;
  private static final long LARGEST = 0xffff_fffeL;

  /** The user is unknown, with Docker's words. */
  public static final class Unknown extends java.io.IOException {
    private static final long serialVersionUID = 1L;

    Unknown(String message) {
      super(message);
    }
  }

  /**
   * @param user "", "name", "1000", "name:group", "1000:1000"
   * @param more names or numbers of additional groups
   */
  public static Identity resolve(String user, List<String> more, UserDatabase database)
      throws Unknown {
    var colon = user.indexOf(':');
    var userPart = colon < 0 ? user : user.substring(0, colon);
    var groupPart = colon < 0 ? "" : user.substring(colon + 1);
    var entry = entry(database.passwd(), PASSWD_FIELDS, userPart.isEmpty() ? "0" : userPart);
    var number = number(userPart.isEmpty() ? "0" : userPart);
    if (entry.isEmpty() && number.isEmpty()) {
      throw new Unknown("unable to find user " + userPart + ": no matching entries in passwd file");
    }
    var uid = entry.isPresent() ? number(entry.get()[NUMBER]).orElse(0L) : number.orElse(0L);
    var gid =
        groupPart.isEmpty()
            ? entry.flatMap(fields -> number(fields[PRIMARY_GROUP])).orElse(0L)
            : group(groupPart, database);
    var groups = new LinkedHashSet<Long>();
    // Without it a program could drop the group and get at what is closed to that group.
    groups.add(gid);
    if (groupPart.isEmpty() && entry.isPresent()) {
      groups.addAll(memberships(entry.get()[NAME], database));
    }
    for (var each : more) {
      groups.add(group(each, database));
    }
    return new Identity(
        uid, gid, List.copyOf(groups), entry.map(fields -> fields[HOME]).orElse("/"));
  }

  /** By name, else by number: a numeric name comes first, as in useradd. */
  private static Optional<String[]> entry(List<String> lines, int fields, String wanted) {
    Optional<String[]> byNumber = Optional.empty();
    for (var line : lines) {
      var split = line.split(":", -1);
      if (split.length < fields || number(split[NUMBER]).isEmpty()) {
        continue;
      }
      if (split[NAME].equals(wanted)) {
        return Optional.of(split);
      }
      if (byNumber.isEmpty() && number(split[NUMBER]).equals(number(wanted))) {
        byNumber = Optional.of(split);
      }
    }
    return byNumber;
  }

  private static long group(String wanted, UserDatabase database) throws Unknown {
    var entry = entry(database.group(), GROUP_FIELDS, wanted);
    if (entry.isPresent()) {
      return number(entry.get()[NUMBER]).orElse(0L);
    }
    return number(wanted)
        .orElseThrow(
            () ->
                new Unknown(
                    "unable to find group " + wanted + ": no matching entries in group file"));
  }

  private static List<Long> memberships(String user, UserDatabase database) {
    var groups = new ArrayList<Long>();
    for (var line : database.group()) {
      var split = line.split(":", -1);
      if (split.length >= GROUP_FIELDS && List.of(split[MEMBERS].split(",")).contains(user)) {
        number(split[NUMBER]).ifPresent(groups::add);
      }
    }
    return groups;
  }

  private static Optional<Long> number(String text) {
    if (text.isEmpty() || text.length() > 10 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.empty();
    }
    var value = Long.parseLong(text);
    return value <= LARGEST ? Optional.of(value) : Optional.empty();
  }

  ObjectNode json() {
    var json = Json.object().put("uid", uid).put("gid", gid);
    if (!additionalGids.isEmpty()) {
      var groups = json.putArray("additionalGids");
      additionalGids.forEach(groups::add);
    }
    return json;
  }
}
