package io.gantry.cli;

import io.gantry.protocol.v1.Image;
import io.gantry.protocol.v1.ListImagesRequest;
import io.gantry.protocol.v1.ListImagesResponse;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "images", description = "List images, newest first")
final class ImagesCommand extends AgentCommand {
  @Option(
      names = {"-q", "--quiet"},
      description = "Ids only")
  private boolean quiet;

  @Option(names = "--no-trunc", description = "Whole ids")
  private boolean whole;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "table, or json: one object a line")
  private Format format = Format.TABLE;

  ImagesCommand(Session session) {
    super(session);
  }

  @Override
  public Integer call() {
    var answer = session.images().list(ListImagesRequest.getDefaultInstance());
    if (quiet) {
      answer.getImagesList().forEach(image -> out().println(id(image)));
    } else {
      switch (format) {
        case JSON -> answer.getImagesList().forEach(image -> out().println(Text.json(image)));
        case TABLE -> table(answer);
      }
    }
    return 0;
  }

  private String id(Image image) {
    return whole ? image.getId() : Text.shortId(image.getId());
  }

  private void table(ListImagesResponse answer) {
    var table = new Table("REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE");
    for (var image : answer.getImagesList()) {
      var names =
          image.getRepoTagsList().isEmpty() ? List.of("<none>:<none>") : image.getRepoTagsList();
      for (var name : names) {
        var colon = name.lastIndexOf(':');
        table.row(
            name.substring(0, colon),
            name.substring(colon + 1),
            id(image),
            image.hasCreated() ? Text.ago(image.getCreated()) : "N/A",
            Text.size(image.getSizeBytes()));
      }
    }
    table.print(out());
  }
}
