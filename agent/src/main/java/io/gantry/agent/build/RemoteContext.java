package io.gantry.agent.build;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A context the client names instead of sending it: a git repository (by this host's own git), an
 * archive or a Dockerfile. Comes as the client would have sent it: a tar, or a Dockerfile's text.
 */
final class RemoteContext {
  private RemoteContext() {}

  static InputStream open(String remote, Path directory)
      throws IOException, BuildFailed, InterruptedException {
    if (GitRepository.isNamedBy(remote)) {
      try {
        return Files.newInputStream(GitRepository.tar(remote, directory));
      } catch (BuildFailed failed) {
        throw new BuildFailed("unable to prepare context: %s".formatted(failed.message()));
      }
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
}
