package io.gantry.agent.container.files;

import java.util.ArrayDeque;

/**
 * A path in a container as Docker's archive endpoints read it: from the root, cleaned of "." and
 * ".." as text, but with a slash or "/." at its end kept, which follow a link where the bare name
 * means the link itself.
 *
 * @param directory what is resolved with all links followed
 * @param base the name in it, not followed; "." when the path means a directory's content
 */
record ContainerPath(String text, String directory, String base) {
  static ContainerPath of(String given) {
    var clean = clean(given);
    var text = clean;
    if (!clean.equals("/")) {
      if (given.equals(".") || given.endsWith("/.")) {
        text = clean + "/.";
      } else if (given.endsWith("/")) {
        text = clean + "/";
      }
    }
    var slash = text.lastIndexOf('/');
    var base = text.substring(slash + 1);
    return new ContainerPath(text, text.substring(0, slash + 1), base.isEmpty() ? "." : base);
  }

  static String clean(String given) {
    var components = new ArrayDeque<String>();
    for (var component : given.split("/", -1)) {
      if (component.equals("..")) {
        components.pollLast();
      } else if (!component.isEmpty() && !component.equals(".")) {
        components.add(component);
      }
    }
    return "/" + String.join("/", components);
  }

  /** What the path's end is called; "/" for the root, "." where it ends so. */
  String name() {
    if (text.equals("/")) {
      return "/";
    }
    var bare = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    return bare.substring(bare.lastIndexOf('/') + 1);
  }

  /** True when the directory itself is meant, links followed. */
  boolean isDirectory() {
    return base.equals(".");
  }
}
