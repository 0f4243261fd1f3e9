package io.gantry.cli;

import io.gantry.protocol.v1.RegistryCredentials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Option;

/** Who one is to a registry: said here, else as {@code docker login} has kept it. */
final class CredentialOptions {
  private static final int MOST_BYTES = 64 << 10;

  @Option(
      names = {"-u", "--username"},
      paramLabel = "NAME",
      description = "Instead of what docker login has kept; the password comes from stdin")
  private String username = "";

  @Option(names = "--no-login", description = "Nobody, whatever docker login has kept")
  private boolean nobody;

  RegistryCredentials of(Session session, String reference) throws IOException {
    if (nobody) {
      return RegistryCredentials.getDefaultInstance();
    }
    if (username.isEmpty()) {
      return DockerLogins.ofUser().of(reference);
    }
    if (session.terminal().inputIsTerminal()) {
      throw new Failure("the password comes from stdin: redirect it");
    }
    var password =
        new String(session.terminal().in().readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
    return RegistryCredentials.newBuilder()
        .setUsername(username)
        .setPassword(password.replaceFirst("\r?\n$", ""))
        .build();
  }
}
