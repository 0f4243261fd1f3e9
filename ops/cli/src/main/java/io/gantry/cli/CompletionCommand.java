package io.gantry.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;

@Command(
    name = "completion",
    description = {
      "Print a completion script for bash and zsh.",
      "Use it by: source <(gantry completion)"
    })
final class CompletionCommand extends AgentCommand {
  CompletionCommand(Session session) {
    super(session);
  }

  @Override
  public Integer call() {
    out().print(AutoComplete.bash("gantry", Gantry.everything(session)));
    return 0;
  }
}
