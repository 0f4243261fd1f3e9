package io.gantry.cli;

import io.gantry.protocol.v1.LoadImagesRequest;
import io.gantry.protocol.v1.LoadImagesResponse;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "load",
    description = "Take in the images of a docker save or OCI-layout tar, plain or compressed")
final class LoadCommand extends AgentCommand {
  @Option(
      names = {"-i", "--input"},
      paramLabel = "FILE",
      description = "Instead of stdin")
  private String file = "-";

  @Option(
      names = {"-q", "--quiet"},
      description = "No progress")
  private boolean quiet;

  LoadCommand(Session session) {
    super(session);
  }

  @Override
  public Integer call() throws IOException {
    var load = new Conversation<LoadImagesRequest, LoadImagesResponse>(this::onAnswer);
    session.imageStreams().load(load);
    TarInput.send(
        session, file, chunk -> load.send(LoadImagesRequest.newBuilder().setChunk(chunk).build()));
    load.halfClose();
    load.awaitEnd();
    return 0;
  }

  private void onAnswer(LoadImagesResponse answer) {
    switch (answer.getEventCase()) {
      case PROGRESS -> {
        var progress = answer.getProgress();
        if (!quiet && session.terminal().outputIsTerminal()) {
          err()
              .printf(
                  "\r\u001b[K%s: %s %s",
                  Text.shortId(progress.getId()),
                  progress.getStatus(),
                  Text.size(progress.getCurrent()));
          err().flush();
        }
      }
      case LOADED -> {
        if (!quiet && session.terminal().outputIsTerminal()) {
          err().print("\r\u001b[K");
          err().flush();
        }
        var name = answer.getLoaded().getName();
        out()
            .println(
                name.startsWith("sha256:") ? "Loaded image ID: " + name : "Loaded image: " + name);
      }
      case EVENT_NOT_SET -> {}
    }
  }
}
