package io.gantry.agent.build;

import io.gantry.agent.host.kernel.tree.Tree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A repository that a build names, fetched by this host's own git: one commit, without its history
 * and without submodules.
 */
final class GitRepository {
  private static final long PATIENCE_MINUTES = 10;
  private static final int SHOWN = 2000;
  private static final Pattern GIT =
      Pattern.compile(
          "(git://|git@|github\\.com/|ssh://).*|https?://.*\\.git(#.*)?|file://.*\\.git(#.*)?");

  private GitRepository() {}

  static boolean isNamedBy(String address) {
    return GIT.matcher(address).matches();
  }

  /**
   * A tar of what is there, as a new file of {@code directory}, whose owner deletes it.
   *
   * @param address URL[#[REFERENCE][:DIRECTORY]]
   */
  static Path tar(String address, Path directory)
      throws IOException, BuildFailed, InterruptedException {
    var hash = address.indexOf('#');
    var url = hash < 0 ? address : address.substring(0, hash);
    var fragment = hash < 0 ? "" : address.substring(hash + 1);
    var colon = fragment.indexOf(':');
    var reference = colon < 0 ? fragment : fragment.substring(0, colon);
    var below = colon < 0 ? "" : Paths.clean(fragment.substring(colon + 1));
    if (url.startsWith("github.com/")) {
      url = "https://" + url;
    }
    var clone = Files.createTempDirectory(directory, "git");
    git(clone, List.of("init", "-q", "."));
    git(
        clone,
        List.of(
            "fetch", "-q", "--depth", "1", "--", url, reference.isEmpty() ? "HEAD" : reference));
    var tar = Files.createTempFile(directory, "git", ".tar");
    var tree = below.isEmpty() ? "FETCH_HEAD" : "FETCH_HEAD:" + below;
    git(clone, List.of("archive", "--format=tar", "-o", tar.toString(), tree));
    return tar;
  }

  /** The files themselves, as a new directory of {@code directory}. */
  static Path files(String address, Path directory)
      throws IOException, BuildFailed, InterruptedException {
    var tar = tar(address, directory);
    var files = Files.createTempDirectory(directory, "repository");
    try (var tree = Tree.open(files);
        var in = Files.newInputStream(tar)) {
      new ContextUnpacker(tree, "", in).unpack();
    }
    Files.setPosixFilePermissions(files, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.delete(tar);
    return files;
  }

  private static void git(Path directory, List<String> arguments)
      throws IOException, BuildFailed, InterruptedException {
    var words = new ArrayList<>(List.of("git", "-c", "core.hooksPath=/dev/null"));
    words.addAll(arguments);
    var log = Files.createTempFile(directory, "git", ".log");
    var builder = new ProcessBuilder(words).directory(directory.toFile());
    builder.environment().put("GIT_TERMINAL_PROMPT", "0");
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new BuildFailed("unable to find 'git': " + e.getMessage());
    }
    process.getOutputStream().close();
    try {
      if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
        throw new BuildFailed("git takes more than %d minutes".formatted(PATIENCE_MINUTES));
      }
    } finally {
      process.destroyForcibly();
    }
    if (process.exitValue() != 0) {
      throw new BuildFailed("git %s: %s".formatted(arguments.getFirst(), said(log).orElse("")));
    }
    Files.deleteIfExists(log);
  }

  private static Optional<String> said(Path log) throws IOException {
    try (var in = Files.newInputStream(log)) {
      var text = new String(in.readNBytes(SHOWN), StandardCharsets.UTF_8).strip();
      return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }
  }
}
