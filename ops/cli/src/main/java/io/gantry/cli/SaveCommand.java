package io.gantry.cli;

import io.gantry.protocol.v1.SaveImagesRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "save", description = "Write images to a tar that docker load and gantry load read")
final class SaveCommand extends AgentCommand {
  @Parameters(paramLabel = "IMAGE", arity = "1..*", description = "Names or ids")
  private List<String> names = new ArrayList<>();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Instead of stdout")
  private Optional<Path> file = Optional.empty();

  SaveCommand(Session session) {
    super(session);
  }

  @Override
  public Integer call() throws IOException {
    if (file.isEmpty()) {
      if (session.terminal().outputIsTerminal()) {
        throw new Failure("a tar is not for a terminal: use -o FILE or redirect stdout");
      }
      write(out());
      return 0;
    }
    // Never a file that looks whole and is not.
    var partial = Path.of(file.get() + ".partial");
    try (var output = Files.newOutputStream(partial)) {
      write(output);
      Files.move(partial, file.get(), StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(partial);
    }
    return 0;
  }

  private void write(OutputStream output) throws IOException {
    var pieces = session.images().save(SaveImagesRequest.newBuilder().addAllImages(names).build());
    while (pieces.hasNext()) {
      pieces.next().getChunk().writeTo(output);
    }
    output.flush();
  }
}
