package io.gantry.ops;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The commands of {@code gantry} that read this host's files instead of asking an agent, so that
 * they work while none runs: {@code doctor} and {@code record verify}. {@code bin/gantry} sends
 * them here.
 */
@Command(
    name = "gantry",
    description = "What can be done without an agent.",
    subcommands = {DoctorCommand.class, Offline.Record.class})
public final class Offline implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--help", usageHelp = true, description = "Print this text")
  boolean help;

  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** The exit code: 0 all is well, 1 it is not, 2 the command line is wrong. */
  static int run(String... arguments) {
    return new CommandLine(new Offline())
        .setUsageHelpWidth(100)
        .setExecutionExceptionHandler(
            (failure, _, _) -> {
              System.err.println("gantry: " + failure.getMessage());
              return 1;
            })
        .execute(arguments);
  }

  @Override
  public Integer call() {
    throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
  }

  /** The record, as files. */
  @Command(
      name = "record",
      description = "Look at the record of this host, as it is on disk.",
      subcommands = VerifyCommand.class)
  static final class Record implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(names = "--help", usageHelp = true, description = "Print this text")
    boolean help;

    @Override
    public Integer call() {
      throw new CommandLine.ParameterException(spec.commandLine(), "record needs verify");
    }
  }
}
