package io.gantry.agent.build;

import io.gantry.agent.build.language.Command;
import io.gantry.agent.build.language.Instruction;
import io.gantry.agent.build.language.Malformed;
import io.gantry.agent.build.language.RunMount;
import io.gantry.agent.build.language.Variables;
import io.gantry.agent.image.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** RUN: a container on what the stage has come to; what it changes is the step's layer. */
final class RunStep {
  private final Workshop workshop;
  private final Build build;
  private final StageState state;
  private final Sources sources;
  private final Transcript.Voice voice;
  private final Arguments arguments;

  RunStep(
      Workshop workshop,
      Build build,
      StageState state,
      StageResults results,
      int stage,
      Transcript.Voice voice,
      Arguments arguments) {
    this.workshop = workshop;
    this.build = build;
    this.state = state;
    this.sources = new Sources(workshop, build, results, stage);
    this.voice = voice;
    this.arguments = arguments;
  }

  Step prepare(Instruction.Run run, Variables variables)
      throws Malformed, IOException, BuildFailed, InterruptedException {
    if (run.security().filter("insecure"::equals).isPresent()) {
      throw new BuildFailed("security.insecure is not allowed");
    }
    var mounts = new ArrayList<RunMount>();
    for (var mount : run.mounts()) {
      mounts.add(mount.expanded(variables::expand));
    }
    var script = Script.of(run, state.shell());
    var hidden = state.environmentNames();
    var values = arguments.ofRun(hidden);
    var command = String.join(" ", script.shown());
    var createdBy =
        values.isEmpty()
            ? command
            : "|%d %s %s"
                .formatted(
                    values.size(),
                    values.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .collect(Collectors.joining(" ")),
                    command);
    var environment = new ArrayList<String>();
    values.forEach((name, value) -> environment.add(name + "=" + value));
    arguments.proxies(hidden).forEach((name, value) -> environment.add(name + "=" + value));
    return new Step(
        new Metadata.Change(state.config(), state.image().getAuthor(), createdBy),
        key(createdBy, script, run, mounts),
        Optional.of(
            () ->
                new RunContainer(workshop, build, state, sources, voice)
                    .run(script, environment, mounts, run.network())));
  }

  private String key(String createdBy, Script script, Instruction.Run run, List<RunMount> mounts)
      throws IOException, BuildFailed, InterruptedException {
    var hasher = Digest.hasher();
    Hashing.text(hasher, state.foundation());
    Hashing.text(hasher, createdBy);
    Hashing.text(hasher, script.file().orElse(""));
    Hashing.text(hasher, run.network().orElse(build.request().surroundings().networkMode()));
    for (var mount : mounts) {
      // What a cache holds is no input: it may be empty at any time.
      Hashing.text(hasher, mount.toString());
      if (mount.type() == RunMount.Type.BIND) {
        bind(hasher, mount);
      }
    }
    return Digest.ofHash(hasher.digest()).hex();
  }

  private void bind(java.security.MessageDigest hasher, RunMount mount)
      throws IOException, BuildFailed, InterruptedException {
    var from = mount.from().isEmpty() ? Optional.<String>empty() : Optional.of(mount.from());
    try (var opened = sources.open(from);
        var tree = new SourceTree(opened.files())) {
      for (var found : tree.find(mount.source())) {
        hasher.update(tree.digest(found, io.gantry.agent.build.language.IgnoreRules.NONE));
      }
    }
  }

  /**
   * What is run.
   *
   * @param words of the process
   * @param shown in messages and in the history
   * @param file a script with an interpreter of its own; empty: none
   */
  record Script(List<String> words, List<String> shown, Optional<String> file) {
    static final String PLACE = "/dev/pipes/script";

    static Script of(Instruction.Run run, List<String> shell) {
      if (!(run.command() instanceof Command.Shell(var text)) || run.documents().isEmpty()) {
        var words = run.command().words(shell);
        return new Script(words, words, Optional.empty());
      }
      var first = run.documents().getFirst();
      if (run.documents().size() == 1 && text.equals(first.word())) {
        var content = first.text();
        if (content.startsWith("#!")) {
          return new Script(
              List.of(PLACE),
              new Command.Shell(text + " (" + first.name() + ")").words(shell),
              Optional.of(content));
        }
        var words = new Command.Shell(content).words(shell);
        return new Script(words, words, Optional.empty());
      }
      var whole = new StringBuilder(text);
      for (var document : run.documents()) {
        whole.append('\n').append(document.content()).append(document.name());
      }
      var words = new Command.Shell(whole.append('\n').toString()).words(shell);
      return new Script(words, words, Optional.empty());
    }
  }
}
