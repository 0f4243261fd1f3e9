package io.gantry.agent.build;

import io.gantry.agent.build.language.IgnoreRules;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A directory that COPY and ADD may take files from.
 *
 * @param root of it; what is in it is a stranger's
 * @param hidden files that count as not there
 * @param what it is called in messages
 * @param hashes of contents known already, by path
 */
record ContextFiles(Path root, IgnoreRules hidden, String what, Map<String, byte[]> hashes) {
  /** {@code hashes}: those that are known by now. */
  static ContextFiles of(Path root, IgnoreRules hidden, Map<String, byte[]> hashes) {
    return new ContextFiles(root, hidden, "build context", new ConcurrentHashMap<>(hashes));
  }

  static ContextFiles ofImage(Path root) {
    return new ContextFiles(root, IgnoreRules.NONE, "image", new ConcurrentHashMap<>());
  }
}
