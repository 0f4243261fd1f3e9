package io.gantry.cli;

import io.gantry.protocol.v1.PushImageRequest;
import io.gantry.protocol.v1.PushImageResponse;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "push",
    sortOptions = false,
    description = "Send an image to the registry that its name begins with")
final class PushCommand extends AgentCommand {
  @Parameters(paramLabel = "NAME", description = "NAME[:TAG]")
  private String name = "";

  @Option(
      names = {"-a", "--all-tags"},
      description = "Every tag that the repository has here")
  private boolean allTags;

  @Option(
      names = {"-q", "--quiet"},
      description = "Only the digest that the registry has it by")
  private boolean quiet;

  @Mixin private CredentialOptions credentials = new CredentialOptions();

  PushCommand(Session session) {
    super(session);
  }

  @Override
  public Integer call() throws IOException {
    var request =
        PushImageRequest.newBuilder()
            .setReference(name)
            .setAllTags(allTags)
            .setCredentials(credentials.of(session, name))
            .build();
    var reconnection = new Reconnection(session);
    reconnection.run(
        () -> {
          var lines = new TransferLines(session.terminal());
          session
              .registries()
              .push(request)
              .forEachRemaining(
                  answer -> {
                    reconnection.heard();
                    show(lines, answer);
                  });
        });
    return 0;
  }

  private void show(TransferLines lines, PushImageResponse answer) {
    switch (answer.getEventCase()) {
      case PROGRESS -> {
        if (!quiet) {
          lines.show(answer.getProgress());
        }
      }
      case DIGEST -> {
        if (quiet) {
          out().println(answer.getDigest());
        }
      }
      case EVENT_NOT_SET -> {}
    }
  }
}
