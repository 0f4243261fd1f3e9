package io.gantry.agent.build;

import java.util.ArrayDeque;

/** Paths inside a root file system, as strings. */
final class Paths {
  private Paths() {}

  /** Without "." and "..", relative to the root; the root is "". */
  static String clean(String path) {
    var names = new ArrayDeque<String>();
    for (var name : path.split("/")) {
      if (name.equals("..")) {
        names.pollLast();
      } else if (!name.isEmpty() && !name.equals(".")) {
        names.add(name);
      }
    }
    return String.join("/", names);
  }

  static String parent(String path) {
    var slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }

  static String leaf(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
