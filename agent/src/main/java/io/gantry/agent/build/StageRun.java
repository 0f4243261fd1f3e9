package io.gantry.agent.build;

import io.gantry.agent.Builds.Output;
import io.gantry.agent.build.Plan.Planned;
import io.gantry.agent.build.language.Dockerfile;
import io.gantry.agent.build.language.Dockerfile.Statement;
import io.gantry.agent.build.language.Instruction;
import io.gantry.agent.build.language.Malformed;
import io.gantry.agent.build.language.SyntaxError;
import io.gantry.agent.build.language.Variables;
import io.gantry.agent.image.Digest;
import io.gantry.agent.image.Layer;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** One stage of a build: its steps one after another, each found in the cache or carried out. */
final class StageRun {
  private final Workshop workshop;
  private final Build build;
  private final Planned planned;
  private final StageResults results;
  private final Transcript.Voice voice;
  private final Arguments arguments;
  private StageState state;
  private boolean cmdIsOwn;
  private int number;

  StageRun(
      Workshop workshop,
      Build build,
      Planned planned,
      StageResults results,
      Transcript.Voice voice,
      Arguments arguments,
      StageState base) {
    this.workshop = workshop;
    this.build = build;
    this.planned = planned;
    this.results = results;
    this.voice = voice;
    this.arguments = arguments;
    this.state = base;
    this.number = planned.first();
  }

  /** The steps after FROM; {@code extra}: labels the client asks for, in the last stage. */
  StageState run(List<Instruction.Label> extra)
      throws IOException, BuildFailed, InterruptedException {
    triggers();
    for (var statement : planned.stage().statements()) {
      number++;
      voice.say("Step %d/%d : %s\n".formatted(number, build.plan().steps(), statement.text()));
      try {
        step(statement.instruction(), statement.text());
      } catch (BuildFailed failed) {
        voice.say(excerpt(statement));
        throw failed;
      }
      voice.say(" ---> %s\n".formatted(abbreviated(state.imageId())));
    }
    for (var label : extra) {
      number++;
      var text = LabelText.of(label);
      voice.say("Step %d/%d : %s\n".formatted(number, build.plan().steps(), text));
      step(label, text);
      voice.say(" ---> %s\n".formatted(abbreviated(state.imageId())));
    }
    if (!state.imageId().isEmpty()) {
      voice.say(new Output.Made(state.imageId()));
    }
    return state;
  }

  private String excerpt(Statement statement) {
    return build
        .file()
        .excerpt(
            build.request().dockerfile().isEmpty() ? "Dockerfile" : build.request().dockerfile(),
            statement.firstLine(),
            statement.lastLine());
  }

  static String abbreviated(String imageId) {
    return imageId.isEmpty() ? "" : imageId.substring("sha256:".length()).substring(0, 12);
  }

  /** What the base image wants done in every build upon it. */
  private void triggers() throws IOException, BuildFailed, InterruptedException {
    var triggers = state.config().getOnBuildList();
    if (triggers.isEmpty() || planned.base().isPresent()) {
      return;
    }
    voice.say(
        triggers.size() == 1
            ? "# Executing 1 build trigger\n"
            : "# Executing %d build triggers\n".formatted(triggers.size()));
    state =
        new StageState(
            state.image().toBuilder().setConfig(state.config().toBuilder().clearOnBuild()).build(),
            state.imageId(),
            state.cacheKey());
    for (var trigger : triggers) {
      try {
        step(Dockerfile.parseOne(trigger, '\\'), trigger);
      } catch (SyntaxError e) {
        throw new BuildFailed(e.message());
      }
    }
  }

  private void step(Instruction instruction, String text)
      throws IOException, BuildFailed, InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    Step step;
    try {
      step = prepared(instruction);
    } catch (Malformed malformed) {
      throw new BuildFailed(malformed.reason());
    }
    var cache = new StepCache(workshop, build, state);
    var known = cache.find(step.key());
    if (known.isPresent()) {
      voice.say(" ---> Using cache\n");
      build.diary().stepDone(number, text, step.key(), known.get(), true);
      state = cache.state(known.get(), step.key());
      return;
    }
    var diffId = cache.layerOfOthers(step);
    if (diffId.isPresent()) {
      voice.say(" ---> Using cache\n");
    } else if (step.work().isPresent()) {
      build.diary().awaitBegin();
      diffId = step.work().get().run().filter(made -> !made.equals(Layer.EMPTY.toString()));
    }
    var made = cache.make(step, diffId);
    build.diary().stepDone(number, text, step.key(), made, false);
    cache.remember(step.key(), made, text);
    state = cache.state(made, step.key());
  }

  private Variables variables() {
    return new Variables(
        build.file().escape(), name -> state.environment(name).or(() -> arguments.value(name)));
  }

  private Step prepared(Instruction instruction)
      throws Malformed, IOException, BuildFailed, InterruptedException {
    var variables = variables();
    var metadata = new Metadata(state, variables);
    return switch (instruction) {
      case Instruction.Env env -> plain(metadata.of(env));
      case Instruction.Label label -> plain(metadata.of(label));
      case Instruction.Maintainer maintainer -> plain(metadata.of(maintainer));
      case Instruction.Cmd cmd -> {
        cmdIsOwn = true;
        yield plain(metadata.of(cmd));
      }
      case Instruction.Entrypoint entrypoint -> plain(metadata.of(entrypoint, cmdIsOwn));
      case Instruction.User user -> plain(metadata.of(user));
      case Instruction.Expose expose -> plain(metadata.of(expose));
      case Instruction.Volume volume -> plain(metadata.of(volume));
      case Instruction.StopSignal signal -> plain(metadata.of(signal));
      case Instruction.Shell shell -> plain(metadata.of(shell));
      case Instruction.Healthcheck check -> plain(metadata.of(check));
      case Instruction.OnBuild onBuild -> plain(metadata.of(onBuild));
      case Instruction.Arg arg -> argument(arg, variables);
      case Instruction.Workdir workdir ->
          new WorkdirStep(workshop, build, state).prepare(metadata.of(workdir));
      case Instruction.Copy(var transfer) ->
          new TransferStep(workshop, build, state, results, planned.index())
              .copy(transfer, variables);
      case Instruction.Add add ->
          new TransferStep(workshop, build, state, results, planned.index()).add(add, variables);
      case Instruction.Run run ->
          new RunStep(workshop, build, state, results, planned.index(), voice, arguments)
              .prepare(run, variables);
      case Instruction.From _ -> throw new IllegalStateException("FROM begins another stage");
    };
  }

  private Step plain(Metadata.Change change) {
    return new Step(change, stepKey(state, change.createdBy()), Optional.empty());
  }

  private Step argument(Instruction.Arg arg, Variables variables) throws Malformed {
    var shown = new StringBuilder(" ARG");
    for (var argument : arg.arguments()) {
      var name = variables.expand(argument.name());
      var value =
          argument.value().isEmpty()
              ? Optional.<String>empty()
              : Optional.of(variables.expand(argument.value().get()));
      arguments.declare(name, value);
      shown.append(' ').append(name);
      value.ifPresent(text -> shown.append('=').append(text));
    }
    return plain(
        new Metadata.Change(
            state.config(), state.image().getAuthor(), Metadata.nop(state, shown.toString())));
  }

  /** Of a step that depends on nothing but what it stands on and its own text. */
  static String stepKey(StageState state, String what) {
    var hasher = Digest.hasher();
    Hashing.text(hasher, state.foundation());
    Hashing.text(hasher, what);
    return Digest.ofHash(hasher.digest()).hex();
  }
}
