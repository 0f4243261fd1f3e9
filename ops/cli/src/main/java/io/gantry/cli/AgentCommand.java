package io.gantry.cli;

import io.grpc.StatusRuntimeException;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** A command that asks the agent. It returns the process's exit code. */
abstract class AgentCommand implements Callable<Integer> {
  final Session session;

  @Option(names = "--help", usageHelp = true, description = "Print this text")
  boolean help;

  AgentCommand(Session session) {
    this.session = session;
  }

  PrintStream out() {
    return session.terminal().out();
  }

  PrintStream err() {
    return session.terminal().err();
  }

  /** Does it to each, says what failed and goes on: 1 when anything did. */
  int forEach(List<String> names, Consumer<String> action) {
    var code = 0;
    for (var name : names) {
      try {
        action.accept(name);
      } catch (StatusRuntimeException refused) {
        err().println("gantry: " + AgentErrors.text(session, refused));
        code = 1;
      }
    }
    return code;
  }
}
