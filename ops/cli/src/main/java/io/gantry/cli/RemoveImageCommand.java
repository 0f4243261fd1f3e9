package io.gantry.cli;

import io.gantry.protocol.v1.RemoveImageRequest;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "rmi", description = "Remove names of images, and images without a name left")
final class RemoveImageCommand extends AgentCommand {
  @Parameters(paramLabel = "IMAGE", arity = "1..*", description = "Names or ids")
  private List<String> names = new ArrayList<>();

  @Option(
      names = {"-f", "--force"},
      description = "Also when several names or stopped containers refer to it")
  private boolean force;

  RemoveImageCommand(Session session) {
    super(session);
  }

  @Override
  public Integer call() {
    return forEach(names, this::one);
  }

  private void one(String name) {
    var answer =
        session
            .images()
            .remove(RemoveImageRequest.newBuilder().setImage(name).setForce(force).build());
    for (var removal : answer.getRemovalsList()) {
      switch (removal.getWhatCase()) {
        case UNTAGGED -> out().println("Untagged: " + removal.getUntagged());
        case DELETED -> out().println("Deleted: " + removal.getDeleted());
        case WHAT_NOT_SET -> {}
      }
    }
  }
}
