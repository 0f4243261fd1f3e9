package io.gantry.cli;

import io.gantry.protocol.v1.Image;
import io.gantry.protocol.v1.ImportOptions;
import io.gantry.protocol.v1.ImportRootRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "import",
    description = "Make an image of one layer from a root file system's tar, and print its id")
final class ImportCommand extends AgentCommand {
  @Parameters(index = "0", paramLabel = "FILE", description = "A tar, or - for stdin")
  private String file = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "NAME",
      defaultValue = "",
      description = "REPOSITORY[:TAG]")
  private String name = "";

  @Option(
      names = {"-c", "--change"},
      paramLabel = "INSTRUCTION",
      description = "A Dockerfile instruction: 'CMD /bin/sh'; may be repeated")
  private List<String> changes = new ArrayList<>();

  @Option(
      names = {"-m", "--message"},
      paramLabel = "TEXT",
      description = "For the history")
  private String message = "";

  @Option(names = "--platform", paramLabel = "OS/ARCH", description = "The host's by default")
  private String platform = "";

  ImportCommand(Session session) {
    super(session);
  }

  @Override
  public Integer call() throws IOException {
    var options =
        ImportOptions.newBuilder()
            .setReference(name)
            .setMessage(message)
            .addAllChanges(changes)
            .setPlatform(platform);
    var importing =
        new Conversation<ImportRootRequest, Image>(image -> out().println(image.getId()));
    session.imageStreams().importRoot(importing);
    importing.send(ImportRootRequest.newBuilder().setOptions(options).build());
    TarInput.send(
        session,
        file,
        chunk -> importing.send(ImportRootRequest.newBuilder().setChunk(chunk).build()));
    importing.halfClose();
    importing.awaitEnd();
    return 0;
  }
}
