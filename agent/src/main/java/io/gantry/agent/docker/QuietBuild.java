package io.gantry.agent.docker;

import akka.util.ByteString;
import io.gantry.agent.Builds.Output;
import io.gantry.agent.docker.json.Messages;
import java.util.ArrayList;
import java.util.List;

/**
 * A build of which only the image's id is wanted: what it says is kept, bounded, for the case that
 * it fails. Changes while it is folded over.
 */
final class QuietBuild {
  private static final int MOST = 1 << 20;

  private final StringBuilder said = new StringBuilder();
  private final List<ByteString> end = new ArrayList<>();

  QuietBuild with(Output output) {
    switch (output) {
      case Output.Text(var text) -> {
        said.append(text);
        if (said.length() > MOST) {
          said.delete(0, said.length() - MOST);
        }
      }
      case Output.Succeeded(var imageId, _) -> end.add(Messages.stream(imageId + "\n"));
      case Output.Failed(var code, var message) -> {
        if (!said.isEmpty()) {
          end.add(Messages.stream(said.toString()));
        }
        end.add(Messages.error(code, message));
      }
      case Output.Pulling _, Output.Made _ -> {}
    }
    return this;
  }

  List<ByteString> messages() {
    return List.copyOf(end);
  }
}
