package io.gantry.cli;

import io.gantry.protocol.v1.TagImageRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "tag", description = "Give an image another name")
final class TagCommand extends AgentCommand {
  @Parameters(index = "0", paramLabel = "IMAGE", description = "Name or id")
  private String image = "";

  @Parameters(index = "1", paramLabel = "NAME", description = "REPOSITORY[:TAG]")
  private String target = "";

  TagCommand(Session session) {
    super(session);
  }

  @Override
  public Integer call() {
    session.images().tag(TagImageRequest.newBuilder().setImage(image).setTarget(target).build());
    return 0;
  }
}
