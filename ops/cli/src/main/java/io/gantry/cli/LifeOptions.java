package io.gantry.cli;

import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.RestartPolicy;
import io.gantry.protocol.v1.StringList;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** When the container ends, comes back and goes. */
final class LifeOptions {
  @Option(names = "--rm", description = "Remove it once it has exited, and its anonymous volumes")
  boolean remove;

  @Option(
      names = "--restart",
      paramLabel = "POLICY",
      description = "no (the default), always, unless-stopped, on-failure[:RETRIES]")
  private String restart = "";

  @Option(names = "--init", description = "Run an init process that forwards signals and reaps")
  private boolean init;

  @Option(names = "--stop-signal", paramLabel = "SIGNAL", description = "TERM by default")
  private String stopSignal = "";

  @Option(names = "--stop-timeout", paramLabel = "SECONDS", description = "Until it is killed")
  private Optional<Integer> stopTimeout = Optional.empty();

  @Option(
      names = "--health-cmd",
      paramLabel = "COMMAND",
      description = "Run by sh in the container; 0: healthy")
  private String healthCommand = "";

  @Option(names = "--health-interval", paramLabel = "SECONDS", description = "30 by default")
  private long healthInterval;

  @Option(names = "--health-timeout", paramLabel = "SECONDS", description = "30 by default")
  private long healthTimeout;

  @Option(names = "--health-retries", paramLabel = "NUMBER", description = "3 by default")
  private int healthRetries;

  @Option(names = "--no-healthcheck", description = "Not even the image's")
  private boolean noHealthcheck;

  @Option(names = "--log-driver", paramLabel = "DRIVER", description = "json-file, local or none")
  private String logDriver = "";

  @Option(names = "--log-opt", paramLabel = "KEY=VALUE", description = "max-size=10m")
  private Map<String, String> logOptions = new HashMap<>();

  @Option(names = "--runtime", paramLabel = "NAME", description = "OCI runtime")
  private String runtime = "";

  void addTo(ContainerSpec.Builder spec) {
    spec.setAutoRemove(remove).setStopSignal(stopSignal).setRuntime(runtime);
    if (init) {
      spec.setInit(true);
    }
    stopTimeout.ifPresent(spec::setStopTimeoutSeconds);
    if (!restart.isEmpty()) {
      spec.setRestartPolicy(restartPolicy());
    }
    addHealth(spec);
    if (!logDriver.isEmpty() || !logOptions.isEmpty()) {
      spec.getLogBuilder().setDriver(logDriver).putAllOptions(logOptions);
    }
  }

  private RestartPolicy restartPolicy() {
    var parts = restart.split(":", 2);
    var policy = RestartPolicy.newBuilder().setName(parts[0]);
    if (parts.length == 2) {
      try {
        policy.setMaximumRetryCount(Integer.parseUnsignedInt(parts[1]));
      } catch (NumberFormatException _) {
        throw new Failure(
            StartFailure.NOT_RUN,
            "not a number of retries: \"%s\" in --restart %s".formatted(parts[1], restart));
      }
    }
    return policy.build();
  }

  private void addHealth(ContainerSpec.Builder spec) {
    if (noHealthcheck) {
      spec.getHealthcheckBuilder().setTest(StringList.newBuilder().addValues("NONE"));
    } else if (!healthCommand.isEmpty()) {
      spec.getHealthcheckBuilder()
          .setTest(StringList.newBuilder().addValues("CMD-SHELL").addValues(healthCommand))
          .setIntervalNanos(Duration.ofSeconds(healthInterval).toNanos())
          .setTimeoutNanos(Duration.ofSeconds(healthTimeout).toNanos())
          .setRetries(healthRetries);
    }
  }
}
