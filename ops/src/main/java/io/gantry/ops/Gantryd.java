package io.gantry.ops;

import akka.actor.typed.ActorSystem;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The agent's main: reads the settings, starts the actor system, waits for its end. */
public final class Gantryd {
  private Gantryd() {}

  public static void main(String[] arguments) {
    var options = new Options();
    var commandLine = new CommandLine(options);
    try {
      commandLine.parseArgs(arguments);
    } catch (ParameterException e) {
      commandLine.getErr().println("gantryd: " + e.getMessage());
      commandLine.getErr().println("Run 'gantryd --help' for its options.");
      System.exit(2);
    }
    if (CommandLine.printHelpIfRequested(commandLine.getParseResult())) {
      return;
    }
    System.setProperty("gantry.log.format", options.logFormat);
    var system = ActorSystem.create(HostAgent.create(options), "gantry", config(options));
    system.getWhenTerminated().toCompletableFuture().join();
    System.exit(HostAgent.exitCode());
  }

  private static Config config(Options options) {
    var given =
        options.config == null
            ? ConfigFactory.empty()
            : ConfigFactory.parseFile(options.config.toFile());
    return ConfigFactory.parseMap(
            Map.of("gantry.record.directory", options.stateDir.resolve("record").toString()))
        .withFallback(given)
        .withFallback(ConfigFactory.load());
  }
}
