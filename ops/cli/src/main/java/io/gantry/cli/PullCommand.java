package io.gantry.cli;

import io.gantry.protocol.v1.PullImageRequest;
import io.gantry.protocol.v1.PullImageResponse;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "pull",
    sortOptions = false,
    description = {
      "Fetch an image from its registry.",
      "",
      "What has come is kept when it is broken off: the same command goes on from there.",
      ""
    })
final class PullCommand extends AgentCommand {
  @Parameters(paramLabel = "NAME", description = "NAME[:TAG] or NAME@DIGEST")
  private String name = "";

  @Option(
      names = {"-a", "--all-tags"},
      description = "Every tag of the repository")
  private boolean allTags;

  @Option(names = "--platform", paramLabel = "OS/ARCH", description = "The host's by default")
  private String platform = "";

  @Option(
      names = {"-q", "--quiet"},
      description = "Only the image's id")
  private boolean quiet;

  @Mixin private CredentialOptions credentials = new CredentialOptions();

  PullCommand(Session session) {
    super(session);
  }

  @Override
  public Integer call() throws IOException {
    var request =
        PullImageRequest.newBuilder()
            .setReference(name)
            .setAllTags(allTags)
            .setPlatform(platform)
            .setCredentials(credentials.of(session, name))
            .build();
    var reconnection = new Reconnection(session);
    reconnection.run(
        () -> {
          var lines = new TransferLines(session.terminal());
          session
              .registries()
              .pull(request)
              .forEachRemaining(
                  answer -> {
                    reconnection.heard();
                    show(lines, answer);
                  });
        });
    return 0;
  }

  private void show(TransferLines lines, PullImageResponse answer) {
    switch (answer.getEventCase()) {
      case PROGRESS -> {
        if (!quiet) {
          lines.show(answer.getProgress());
        }
      }
      case IMAGE -> {
        if (quiet) {
          out().println(answer.getImage().getId());
        }
      }
      case EVENT_NOT_SET -> {}
    }
  }
}
