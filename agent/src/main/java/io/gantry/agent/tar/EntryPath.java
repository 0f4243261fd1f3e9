package io.gantry.agent.tar;

import io.gantry.agent.host.kernel.tree.ByteStrings;
import java.util.ArrayDeque;

/**
 * A name from a tar as a path below the root it is unpacked to: no empty, "." or ".." component.
 * The root is "".
 */
public record EntryPath(String path) {
  public static final EntryPath ROOT = new EntryPath("");

  public static EntryPath of(String name, int deepest) throws TarException {
    var components = new ArrayDeque<String>();
    for (var component : name.split("/", -1)) {
      if (component.equals("..")) {
        if (components.pollLast() == null) {
          throw new TarException("invalid tar entry %s: it leaves the root".formatted(shown(name)));
        }
      } else if (!component.isEmpty() && !component.equals(".")) {
        components.add(component);
      }
    }
    if (components.size() > deepest) {
      throw new TarException(
          "invalid tar entry %s: it is more than %d directories deep"
              .formatted(shown(name), deepest));
    }
    return new EntryPath(String.join("/", components));
  }

  public boolean isRoot() {
    return path.isEmpty();
  }

  public EntryPath parent() {
    var slash = path.lastIndexOf('/');
    return slash < 0 ? ROOT : new EntryPath(path.substring(0, slash));
  }

  /** The last component; "." for the root. */
  public String name() {
    return isRoot() ? "." : path.substring(path.lastIndexOf('/') + 1);
  }

  private static String shown(String name) {
    var text = ByteStrings.toText(name);
    return text.length() > 200 ? text.substring(0, 200) + "…" : text;
  }

  @Override
  public String toString() {
    return ByteStrings.toText(path);
  }
}
