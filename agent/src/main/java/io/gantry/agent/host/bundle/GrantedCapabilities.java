package io.gantry.agent.host.bundle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.protocol.v1.SecuritySpec;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Docker's arithmetic of {@code --cap-add}, {@code --cap-drop} and {@code --privileged}. */
final class GrantedCapabilities {
  private static final String ALL = "ALL";

  private GrantedCapabilities() {}

  /** What the host does not let the agent give away is left out, with a warning. */
  static Set<Capability> of(SecuritySpec security, HostAbilities host, List<String> warnings) {
    var wanted = wanted(security);
    var granted = EnumSet.noneOf(Capability.class);
    granted.addAll(wanted);
    granted.retainAll(host.capabilities());
    wanted.removeAll(granted);
    if (!wanted.isEmpty()) {
      warnings.add(
          "This host does not allow the engine to grant the capabilities "
              + String.join(", ", wanted.stream().map(Capability::prefixed).toList())
              + "; the container runs without them.");
    }
    return granted;
  }

  private static EnumSet<Capability> wanted(SecuritySpec security) {
    if (security.getPrivileged()) {
      return EnumSet.allOf(Capability.class);
    }
    var added = security.getCapAddList();
    var dropped = security.getCapDropList();
    var set = EnumSet.noneOf(Capability.class);
    if (names(added, ALL)) {
      set.addAll(EnumSet.allOf(Capability.class));
    } else if (!names(dropped, ALL)) {
      set.addAll(Capability.DEFAULT);
    }
    dropped.forEach(name -> Capability.of(name).ifPresent(set::remove));
    added.forEach(name -> Capability.of(name).ifPresent(set::add));
    return set;
  }

  private static boolean names(List<String> list, String name) {
    return list.stream().anyMatch(each -> each.equalsIgnoreCase(name));
  }

  /**
   * A user other than root starts with none in effect, as after execve(2), but may get those of the
   * bounding set from set-user-id programs.
   */
  static ObjectNode json(Set<Capability> granted, boolean root) {
    var names = Json.strings(granted.stream().map(Capability::prefixed).toList());
    var json = Json.object();
    json.set("bounding", names);
    if (root) {
      json.set("effective", names.deepCopy());
      json.set("permitted", names.deepCopy());
    }
    return json;
  }
}
