package io.gantry.agent.build;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A context the client names instead of sending it: a git repository (by this host's own git), an
 * archive or a Dockerfile. Comes as the client would have sent it: a tar, or a Dockerfile's text.
 */
final class RemoteContext {
  private static final long PATIENCE_MINUTES = 10;
  private static final int SHOWN = 2000;
  private static final Pattern GIT =
      Pattern.compile(
          "(git://|git@|github\\.com/|ssh://).*|https?://.*\\.git(#.*)?|file://.*\\.git(#.*)?");

  private RemoteContext() {}

  static boolean isRepository(String remote) {
    return GIT.matcher(remote).matches();
  }

  static InputStream open(String remote, Path directory)
      throws IOException, BuildFailed, InterruptedException {
    if (isRepository(remote)) {
      return repository(remote, directory);
    }
    if (Downloads.isRemote(remote)) {
      try {
        return Files.newInputStream(Downloads.content(remote, directory));
      } catch (BuildFailed failed) {
        throw new BuildFailed(
            "error downloading remote context %s: %s".formatted(remote, failed.message()));
      }
    }
    throw new BuildFailed("remoteURL (%s) could not be recognized as URL".formatted(remote));
  }

  /** {@code remote}: URL[#[REFERENCE][:DIRECTORY]]. */
  private static InputStream repository(String remote, Path directory)
      throws IOException, BuildFailed, InterruptedException {
    var hash = remote.indexOf('#');
    var url = hash < 0 ? remote : remote.substring(0, hash);
    var fragment = hash < 0 ? "" : remote.substring(hash + 1);
    var colon = fragment.indexOf(':');
    var reference = colon < 0 ? fragment : fragment.substring(0, colon);
    var below = colon < 0 ? "" : Paths.clean(fragment.substring(colon + 1));
    if (url.startsWith("github.com/")) {
      url = "https://" + url;
    }
    var clone = directory.resolve("git");
    git(directory, List.of("init", "-q", clone.toString()));
    git(
        clone,
        List.of(
            "fetch", "-q", "--depth", "1", "--", url, reference.isEmpty() ? "HEAD" : reference));
    var tar = directory.resolve("git.tar");
    var tree = below.isEmpty() ? "FETCH_HEAD" : "FETCH_HEAD:" + below;
    git(clone, List.of("archive", "--format=tar", "-o", tar.toString(), tree));
    return Files.newInputStream(tar);
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
      throw new BuildFailed(
          "unable to prepare context: git %s: %s"
              .formatted(arguments.getFirst(), said(log).orElse("")));
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
