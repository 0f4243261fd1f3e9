package io.gantry.cli;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that does nothing by itself: what it is for are the commands below it. */
abstract class CommandGroup extends AgentCommand {
  private final String commands;

  @Spec private CommandSpec spec = CommandSpec.create();

  /** {@code commands}: "ls, create or rm". */
  CommandGroup(Session session, String commands) {
    super(session);
    this.commands = commands;
  }

  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), spec.name() + " needs " + commands);
  }
}
