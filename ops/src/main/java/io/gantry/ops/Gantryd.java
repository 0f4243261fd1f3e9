package io.gantry.ops;

import akka.actor.typed.ActorSystem;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.HashMap;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The agent's main: reads the settings, starts the actor system, waits for its end. */
public final class Gantryd {
  private Gantryd() {}

  public static void main(String[] arguments) {
    // Beside the reading of the flags: either takes a tenth of a start.
    var defaults =
        CompletableFuture.supplyAsync(ConfigFactory::load, task -> new Thread(task).start());
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
    var ports =
        CompletableFuture.supplyAsync(() -> Ports.open(options), Thread::startVirtualThread);
    var system =
        ActorSystem.create(
            HostAgent.create(options, ports), "gantry", config(options, defaults.join()));
    system.getWhenTerminated().toCompletableFuture().join();
    ports.thenAccept(Ports::close); // where the start failed
    System.exit(HostAgent.exitCode());
  }

  private static Config config(Options options, Config defaults) {
    var given =
        options.config == null
            ? ConfigFactory.empty()
            : ConfigFactory.parseFile(options.config.toFile());
    var flags = new HashMap<String, Object>();
    flags.put("gantry.record.directory", options.stateDir.resolve("record").toString());
    if (!options.insecureRegistries.isEmpty()) {
      flags.put("gantry.registries.insecure", options.insecureRegistries);
    }
    if (!options.registryMirrors.isEmpty()) {
      flags.put("gantry.registries.mirrors", options.registryMirrors);
    }
    return ConfigFactory.parseMap(flags).withFallback(given).withFallback(defaults);
  }
}
