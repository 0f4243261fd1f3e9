package io.gantry.cli;

import io.grpc.StatusRuntimeException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The program. */
@Command(
    name = "gantry",
    synopsisHeading = "%n",
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "",
      "Runs and watches containers through a Gantry agent, over its gRPC API.",
      ""
    },
    optionListHeading = "Options:%n",
    commandListHeading = "%nCommands:%n",
    footer = {
      "  doctor      Check this host and look for leaks; works while no agent runs",
      "  record      Verify the record of this host; works while no agent runs",
      "",
      "gantry COMMAND --help says more about a command."
    })
final class Gantry {
  private final Session session;

  private Gantry(Session session) {
    this.session = session;
  }

  @Option(names = "--help", usageHelp = true, description = "Print this text")
  boolean help;

  @Option(
      names = "--grpc",
      paramLabel = "ADDRESS",
      description = {
        "The agent: unix:///PATH or HOST:PORT",
        "(GANTRY_GRPC, else " + AgentAddress.DEFAULT + ")"
      })
  void connectTo(String address) {
    session.connectTo(address);
  }

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = {
        "Another host of the agent's cluster: name, id or prefix of it;",
        "'*': all of them as one"
      })
  void onHost(String host) {
    session.onHost(host);
  }

  // A logger that nobody holds is made anew, without its level.
  private static final Logger NETTY = Logger.getLogger("io.grpc.netty.shaded");

  public static void main(String[] arguments) {
    // Netty says at each connection that a unix socket has no SO_KEEPALIVE.
    NETTY.setLevel(Level.SEVERE);
    var code = run(new ProcessTerminal(), arguments);
    // Not exit: threads that copy stdin may be in a read that never returns.
    Runtime.getRuntime().halt(code);
  }

  /** The exit code. */
  static int run(Terminal terminal, String... arguments) {
    try (var session = new Session(terminal)) {
      Optional.ofNullable(System.getenv("GANTRY_GRPC"))
          .filter(address -> !address.isEmpty())
          .ifPresent(session::connectTo);
      return commandLine(session, arguments).execute(arguments);
    } finally {
      terminal.out().flush();
      terminal.err().flush();
    }
  }

  private static CommandLine commandLine(Session session, String... arguments) {
    var wanted = command(arguments);
    var line = new CommandLine(new Gantry(session));
    Commands.all()
        .forEach(
            (name, command) -> {
              // Reading the options of commands that are not called costs a tenth of a second.
              if (wanted.isEmpty() || wanted.get().equals(name)) {
                var known = new CommandLine(command.apply(session));
                parts(session, name, known);
                line.addSubcommand(name, known);
              }
            });
    for (var name : new String[] {"run", "exec"}) {
      // What comes behind the image belongs to the command inside.
      Optional.ofNullable(line.getSubcommands().get(name))
          .ifPresent(command -> command.setStopAtPositional(true));
    }
    return prepared(session, line);
  }

  /** Commands below others that have a class of their own. */
  private static void parts(Session session, String name, CommandLine command) {
    if (name.equals("cluster")) {
      command.addSubcommand("events", new ClusterEventsCommand(session));
    }
    if (name.equals("service")) {
      var create = new CommandLine(new ServiceCreateCommand(session));
      command.addSubcommand("create", create);
      command.addSubcommand("logs", new ServiceLogsCommand(session));
      create.setStopAtPositional(true);
    }
  }

  /** All commands, for help and completion. */
  static CommandLine everything(Session session) {
    return commandLine(session);
  }

  private static CommandLine prepared(Session session, CommandLine line) {
    line.setOut(writer(session.terminal().out()));
    line.setErr(writer(session.terminal().err()));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpWidth(100);
    line.setExecutionExceptionHandler((failure, at, _) -> explain(session, at, failure));
    line.setParameterExceptionHandler(
        (failure, _) -> {
          session.terminal().err().println("gantry: " + failure.getMessage());
          session.terminal().err().println("gantry: see gantry --help");
          return failure.getCommandLine().getCommandSpec().name().equals("run") ? 125 : 2;
        });
    return line;
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }

  /**
   * The first word that is neither an option nor the address; empty when it is no command's name.
   */
  private static Optional<String> command(String... arguments) {
    var words = Arrays.asList(arguments);
    for (var at = 0; at < words.size(); at++) {
      if (words.get(at).equals("--grpc") || words.get(at).equals("--host")) {
        at++;
      } else if (!words.get(at).startsWith("-")) {
        return Optional.of(words.get(at)).filter(Commands.all()::containsKey);
      }
    }
    return Optional.empty();
  }

  private static int explain(Session session, CommandLine at, Exception failure) {
    var err = session.terminal().err();
    return switch (failure) {
      case Failure known -> {
        err.println("gantry: " + known.getMessage());
        yield known.exitCode();
      }
      case StatusRuntimeException refused -> {
        err.println("gantry: " + AgentErrors.text(session, refused));
        yield at.getCommandSpec().name().equals("run") ? 125 : 1;
      }
      default -> {
        err.println("gantry: internal error: " + failure);
        failure.printStackTrace(err);
        yield 1;
      }
    };
  }
}
