package io.gantry.agent.build;

import io.gantry.agent.host.kernel.tree.FileStatus;
import io.gantry.agent.host.kernel.tree.Tree;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;

/** WORKDIR: the directory is made when the image has none. */
final class WorkdirStep {
  private final Workshop workshop;
  private final Build build;
  private final StageState state;

  WorkdirStep(Workshop workshop, Build build, StageState state) {
    this.workshop = workshop;
    this.build = build;
    this.state = state;
  }

  Step prepare(Metadata.Change change) {
    return new Step(
        change,
        StageRun.stepKey(state, change.createdBy()),
        Optional.of(() -> make(change.config().getWorkingDir())));
  }

  private Optional<String> make(String path) throws IOException, BuildFailed {
    try (var scratch = Scratch.of(workshop, state)) {
      try (var tree = Tree.open(scratch.root())) {
        var placing = new Placing(tree, Placing.Owner.ROOT, OptionalInt.empty());
        var there = placing.look(path);
        if (there.filter(FileStatus::isDirectory).isPresent()) {
          return Optional.empty();
        }
        if (there.isPresent()) {
          throw new BuildFailed("Cannot mkdir: %s is not a directory".formatted(path));
        }
        placing.directory(path).close();
      }
      return Optional.of(scratch.commit(build.lease()).diffId().toString());
    }
  }
}
