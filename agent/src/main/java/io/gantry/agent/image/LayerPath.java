package io.gantry.agent.image;

import io.gantry.agent.host.kernel.tree.ByteStrings;
import io.gantry.agent.tar.TarException;
import java.util.ArrayDeque;

/**
 * A name from a tar as a path below the layer's root: no empty, "." or ".." component. The root is
 * "".
 */
record LayerPath(String path) {
  static final LayerPath ROOT = new LayerPath("");

  static LayerPath of(String name, int deepest) throws TarException {
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
    return new LayerPath(String.join("/", components));
  }

  boolean isRoot() {
    return path.isEmpty();
  }

  LayerPath parent() {
    var slash = path.lastIndexOf('/');
    return slash < 0 ? ROOT : new LayerPath(path.substring(0, slash));
  }

  /** The last component; "." for the root. */
  String name() {
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
