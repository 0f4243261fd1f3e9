package io.gantry.ops.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One agent for all tests of a class, with the busybox image, and Docker's command line pointed at
 * it. Without that command line the class is skipped.
 */
final class RunningAgent implements BeforeAllCallback, AfterAllCallback {
  static final Duration SOON = Duration.ofSeconds(15);

  private @Nullable TempHost host;
  private @Nullable AgentProcess agent;

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    assumeTrue(DockerCli.installed(), "docker's command line is not installed");
    host = TempHost.create();
    agent = AgentProcess.start(host);
    Busybox.importInto(host);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    try (var _ = host;
        var _ = agent) {
      // Closed in this order: the agent, then its host; neither if the start failed before it.
    }
  }

  TempHost host() {
    return Objects.requireNonNull(host);
  }

  DockerCli docker() {
    return new DockerCli(host());
  }

  /** What the command prints, without the newline at its end; it has to succeed. */
  String docker(String... words) {
    return docker().run(words).succeeded().stripTrailing();
  }

  /** What a container of these options and words prints. */
  String run(String... words) {
    return docker(joined(Stream.of("run", "--rm"), words));
  }

  /** The id of a started container. */
  String detached(String... words) {
    return docker(joined(Stream.of("run", "-d"), words));
  }

  String inspect(String template, String object) {
    return docker("inspect", "-f", template, object);
  }

  void remove(String container) {
    docker("rm", "-fv", container);
  }

  /** A command run in the network of the agent's host. */
  Command.Result onHost(String... words) {
    return Command.run(host().inNetwork(List.of(words)));
  }

  private static String[] joined(Stream<String> first, String... more) {
    return Stream.concat(first, Stream.of(more)).toArray(String[]::new);
  }
}
