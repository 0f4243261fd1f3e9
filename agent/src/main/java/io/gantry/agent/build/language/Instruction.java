package io.gantry.agent.build.language;

import java.util.List;
import java.util.Optional;

/**
 * One instruction, with the variables in its words not yet replaced: what they are depends on the
 * images and the instructions before it.
 */
public sealed interface Instruction {
  /** {@code image}: an image, "scratch", or an earlier stage. */
  record From(String image, Optional<String> name, Optional<String> platform)
      implements Instruction {}

  record Arg(List<Argument> arguments) implements Instruction {}

  /** {@code value} empty: none by default. */
  record Argument(String name, Optional<String> value) {}

  record Env(List<NameValue> pairs) implements Instruction {}

  record Label(List<NameValue> pairs) implements Instruction {}

  record Maintainer(String name) implements Instruction {}

  /** {@code documents}: stand in the command. {@code network} and {@code security}: as given. */
  record Run(
      Command command,
      List<Heredoc> documents,
      List<RunMount> mounts,
      Optional<String> network,
      Optional<String> security)
      implements Instruction {}

  record Copy(Transfer transfer) implements Instruction {}

  /** {@code checksum}: of a source from afar. */
  record Add(Transfer transfer, Optional<String> checksum, boolean keepGitDirectory)
      implements Instruction {}

  /**
   * What COPY and ADD have in common.
   *
   * @param documents sources that stand in the file itself, by the word that announces them
   * @param from stage or image
   * @param owner user[:group]
   * @param mode permissions in octal
   * @param link the destination is made as if nothing was there before
   * @param parents sources keep the directories before them
   * @param exclude patterns of what is left out
   */
  record Transfer(
      List<String> sources,
      String destination,
      List<Heredoc> documents,
      Optional<String> from,
      Optional<String> owner,
      Optional<String> mode,
      boolean link,
      boolean parents,
      List<String> exclude) {}

  record Cmd(Command command) implements Instruction {}

  record Entrypoint(Command command) implements Instruction {}

  record Workdir(String path) implements Instruction {}

  record User(String user) implements Instruction {}

  record Expose(List<String> ports) implements Instruction {}

  record Volume(List<String> paths) implements Instruction {}

  record StopSignal(String signal) implements Instruction {}

  record Shell(List<String> words) implements Instruction {}

  /** Durations in nanoseconds, 0: not given. {@code test}: as images keep it. */
  record Healthcheck(
      List<String> test,
      long interval,
      long timeout,
      long startPeriod,
      long startInterval,
      int retries)
      implements Instruction {}

  /** {@code trigger}: an instruction's text, run by builds on top of the image. */
  record OnBuild(String trigger) implements Instruction {}
}
