package io.gantry.agent.docker.json;

import io.gantry.protocol.v1.Image;
import io.gantry.protocol.v1.ImageConfig;
import io.gantry.protocol.v1.StringList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The container that an image was made of, as far as its history tells: clients read from its
 * command which arguments a build was given.
 */
final class LastStep {
  private static final String SHELL = "/bin/sh -c ";
  private static final String INSTRUCTION = "#(nop) ";

  private LastStep() {}

  /** The image's configuration with the command of its last step. */
  static ImageConfig config(Image image) {
    return Optional.of(image.getHistoryList())
        .filter(lines -> !lines.isEmpty())
        .map(lines -> words(lines.getLast().getCreatedBy()))
        .filter(words -> !words.isEmpty())
        .map(words -> with(image.getConfig(), words))
        .orElse(image.getConfig());
  }

  private static ImageConfig with(ImageConfig config, List<String> words) {
    return config.toBuilder().setCmd(StringList.newBuilder().addAllValues(words)).build();
  }

  /** Empty: not of a builder of this kind. */
  private static List<String> words(String createdBy) {
    if (createdBy.startsWith("|")) {
      var space = createdBy.indexOf(" " + SHELL);
      return space < 0
          ? List.of()
          : Stream.concat(
                  Stream.of(createdBy.substring(0, space).split(" ")),
                  words(createdBy.substring(space + 1)).stream())
              .toList();
    }
    if (!createdBy.startsWith(SHELL)) {
      return List.of();
    }
    var script = createdBy.substring(SHELL.length());
    return script.startsWith(INSTRUCTION)
        ? List.of("/bin/sh", "-c", INSTRUCTION, script.substring(INSTRUCTION.length()).strip())
        : List.of("/bin/sh", "-c", script);
  }
}
