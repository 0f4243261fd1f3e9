package io.gantry.agent.build;

import io.gantry.agent.build.language.Dockerfile;
import io.gantry.agent.build.language.Dockerfile.Stage;
import io.gantry.agent.build.language.Instruction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Which stages are to be built, and what each must wait for. Pure.
 *
 * @param stages those that are needed, in the order of the file; the last is the target
 * @param steps instructions in them and before the first stage, for "Step n/m"
 */
record Plan(List<Planned> stages, int steps) {
  /**
   * A stage to be built.
   *
   * @param first number of its first step
   * @param base the earlier stage it stands on; empty: an image
   * @param waitsFor stages it takes from, the base included
   */
  record Planned(Stage stage, int first, Optional<Integer> base, List<Integer> waitsFor) {
    int index() {
      return stage.index();
    }
  }

  /** {@code baseNames}: what each FROM names. */
  static Plan of(Dockerfile file, List<Base> baseNames, String target, int more)
      throws BuildFailed {
    var names = new HashMap<String, Integer>();
    var bases = new ArrayList<Optional<Integer>>();
    var needs = new ArrayList<TreeSet<Integer>>();
    for (var stage : file.stages()) {
      var base =
          Optional.ofNullable(
              names.get(baseNames.get(stage.index()).name().toLowerCase(Locale.ROOT)));
      var needed = new TreeSet<Integer>();
      base.ifPresent(needed::add);
      for (var statement : stage.statements()) {
        for (var from : sources(statement.instruction())) {
          stageOf(from, names, stage.index()).ifPresent(needed::add);
        }
      }
      bases.add(base);
      needs.add(needed);
      if (stage.from().name().isPresent()
          && names.put(stage.from().name().get(), stage.index()) != null) {
        throw new BuildFailed("%s stage name already used".formatted(stage.from().name().get()));
      }
    }
    var last = target(file, names, target);
    var wanted = new TreeSet<Integer>();
    collect(last, needs, wanted);
    return numbered(file, wanted, bases, needs, more);
  }

  private static void collect(int index, List<TreeSet<Integer>> needs, TreeSet<Integer> wanted) {
    // A stage needs earlier ones only, so one pass backwards finds them all.
    wanted.add(index);
    for (var at = index; at >= 0; at--) {
      if (wanted.contains(at)) {
        wanted.addAll(needs.get(at));
      }
    }
  }

  private static Plan numbered(
      Dockerfile file,
      TreeSet<Integer> wanted,
      List<Optional<Integer>> bases,
      List<TreeSet<Integer>> needs,
      int more) {
    var planned = new ArrayList<Planned>();
    var step = 1 + file.head().size();
    for (var index : wanted) {
      var stage = file.stages().get(index);
      planned.add(new Planned(stage, step, bases.get(index), List.copyOf(needs.get(index))));
      step += 1 + stage.statements().size();
    }
    return new Plan(List.copyOf(planned), step - 1 + more);
  }

  private static int target(Dockerfile file, Map<String, Integer> names, String target)
      throws BuildFailed {
    var last = file.stages().size() - 1;
    if (target.isEmpty()) {
      return last;
    }
    var named = names.get(target.toLowerCase(Locale.ROOT));
    if (named != null) {
      return named;
    }
    try {
      var index = Integer.parseInt(target);
      if (index >= 0 && index <= last) {
        return index;
      }
    } catch (NumberFormatException _) {
      // Then it is a name, of which there is none.
    }
    throw new BuildFailed("failed to reach build target %s in Dockerfile".formatted(target));
  }

  /** What an instruction names as its source. */
  static List<String> sources(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Copy(var transfer) -> transfer.from().map(List::of).orElse(List.of());
      case Instruction.Run run ->
          run.mounts().stream().map(mount -> mount.from()).filter(from -> !from.isEmpty()).toList();
      case Instruction.From _,
          Instruction.Arg _,
          Instruction.Env _,
          Instruction.Label _,
          Instruction.Maintainer _,
          Instruction.Add _,
          Instruction.Cmd _,
          Instruction.Entrypoint _,
          Instruction.Workdir _,
          Instruction.User _,
          Instruction.Expose _,
          Instruction.Volume _,
          Instruction.StopSignal _,
          Instruction.Shell _,
          Instruction.Healthcheck _,
          Instruction.OnBuild _ ->
          List.of();
    };
  }

  /** The stage of that name or number before {@code before}; empty: it is an image. */
  static Optional<Integer> stageOf(String from, Map<String, Integer> names, int before)
      throws BuildFailed {
    var named = names.get(from.toLowerCase(Locale.ROOT));
    if (named != null) {
      return Optional.of(named);
    }
    if (from.length() > 4 || from.isEmpty() || !from.chars().allMatch(Character::isDigit)) {
      return Optional.empty();
    }
    var index = Integer.parseInt(from);
    if (index >= before) {
      throw new BuildFailed(
          "invalid from flag value %s: %s"
              .formatted(
                  from, index == before ? "refers to current build stage" : "index out of bounds"));
    }
    return Optional.of(index);
  }

  /** Names of the stages before {@code before}. */
  static Map<String, Integer> names(Dockerfile file, int before) {
    var names = new HashMap<String, Integer>();
    for (var stage : file.stages().subList(0, before)) {
      stage.from().name().ifPresent(name -> names.put(name, stage.index()));
    }
    return names;
  }
}
