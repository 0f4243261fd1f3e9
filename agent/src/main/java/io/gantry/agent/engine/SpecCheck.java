package io.gantry.agent.engine;

import io.gantry.agent.container.LogOptions;
import io.gantry.agent.container.SignalNumbers;
import io.gantry.agent.network.EndpointCheck;
import io.gantry.agent.network.PortBook;
import io.gantry.agent.network.Subnet;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.RestartPolicy;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What can be known to be wrong with a specification before anything is recorded. Texts are
 * Docker's.
 */
final class SpecCheck {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]+");
  private static final Set<String> POLICIES =
      Set.of("", "no", "always", "unless-stopped", "on-failure");

  private SpecCheck() {}

  static Optional<String> name(String name) {
    return NAME.matcher(name).matches()
        ? Optional.empty()
        : Optional.of(
            "Invalid container name (%s), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed"
                .formatted(name));
  }

  /** The first thing that is wrong; {@code spec} is merged with the image's configuration. */
  static Optional<String> spec(ContainerSpec spec, Set<String> runtimes) {
    return Checks.first(
        () -> process(spec),
        () -> signal(spec.getStopSignal()),
        () -> SecurityCheck.check(spec),
        () -> restart(spec.getRestartPolicy(), spec.getAutoRemove()),
        () -> LogOptions.check(spec.getLog()),
        () -> ModeCheck.spec(spec),
        () -> network(spec),
        () -> TmpfsCheck.wrong(spec.getStorage().getTmpfsMap().values()),
        () -> healthcheck(spec),
        () ->
            spec.getRuntime().isEmpty() || runtimes.contains(spec.getRuntime())
                ? Optional.empty()
                : Optional.of("unknown or invalid runtime name: " + spec.getRuntime()));
  }

  private static Optional<String> process(ContainerSpec spec) {
    var process = spec.getProcess();
    if (process.getEntrypoint().getValuesCount() + process.getCmd().getValuesCount() == 0) {
      return Optional.of("no command specified");
    }
    if (!process.getWorkingDir().isEmpty() && !process.getWorkingDir().startsWith("/")) {
      return Optional.of(
          "the working directory '%s' is invalid, it needs to be an absolute path"
              .formatted(process.getWorkingDir()));
    }
    return process.getEnvList().stream()
        .filter(entry -> entry.isEmpty() || entry.startsWith("="))
        .findFirst()
        .map(entry -> "invalid environment variable: " + entry);
  }

  static Optional<String> signal(String signal) {
    return signal.isEmpty() || SignalNumbers.parse(signal).isPresent()
        ? Optional.empty()
        : Optional.of("invalid signal: " + signal);
  }

  /** Of one to be sent: numbers beyond the last signal have words of their own. */
  static String wrongSignal(String signal) {
    return signal.matches("[1-9][0-9]{0,8}")
        ? "the linux daemon does not support signal " + signal
        : "invalid signal: " + signal;
  }

  static Optional<String> restart(RestartPolicy policy, boolean autoRemove) {
    if (!POLICIES.contains(policy.getName())) {
      return Optional.of(
          "invalid restart policy: unknown policy '%s'; use one of 'no', 'always', 'on-failure', or"
                  .formatted(policy.getName())
              + " 'unless-stopped'");
    }
    if (policy.getMaximumRetryCount() < 0) {
      return Optional.of("invalid restart policy: maximum retry count cannot be negative");
    }
    if (policy.getMaximumRetryCount() != 0 && !policy.getName().equals("on-failure")) {
      return Optional.of(
          "invalid restart policy: maximum retry count can only be used with 'on-failure'");
    }
    var restarts = !policy.getName().isEmpty() && !policy.getName().equals("no");
    return autoRemove && restarts
        ? Optional.of("can't create 'AutoRemove' container with restart policy")
        : Optional.empty();
  }

  private static Optional<String> network(ContainerSpec spec) {
    var network = spec.getNetwork();
    try {
      PortBook.wanted(network);
      PortBook.shown(network, List.of());
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
    var mac = network.getMacAddress();
    if (!mac.isEmpty() && !EndpointCheck.isMacAddress(mac)) {
      return Optional.of("invalid MAC address: " + mac);
    }
    return network.getExtraHostsList().stream()
        .map(SpecCheck::extraHost)
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** HOST:IP or HOST=IP; the address of the host's gateway has a name. */
  private static Optional<String> extraHost(String entry) {
    var separator = entry.indexOf('=') > 0 ? entry.indexOf('=') : entry.indexOf(':');
    if (separator <= 0) {
      return Optional.of("bad format for add-host: \"%s\"".formatted(entry));
    }
    var address = entry.substring(separator + 1);
    if (address.equals("host-gateway")) {
      return Optional.empty();
    }
    try {
      var bracketed = address.startsWith("[") && address.endsWith("]");
      Subnet.address(bracketed ? address.substring(1, address.length() - 1) : address);
      return Optional.empty();
    } catch (IllegalArgumentException unreadable) {
      return Optional.of("invalid IP address in add-host: \"%s\"".formatted(address));
    }
  }

  private static Optional<String> healthcheck(ContainerSpec spec) {
    var check = spec.getHealthcheck();
    if (check.getRetries() < 0) {
      return Optional.of("Retries in Healthcheck cannot be negative");
    }
    return Checks.first(
        () -> atLeastAMillisecond("Interval", check.getIntervalNanos()),
        () -> atLeastAMillisecond("Timeout", check.getTimeoutNanos()),
        () -> atLeastAMillisecond("StartPeriod", check.getStartPeriodNanos()),
        () -> atLeastAMillisecond("StartInterval", check.getStartIntervalNanos()));
  }

  private static Optional<String> atLeastAMillisecond(String field, long nanos) {
    return nanos != 0 && nanos < 1_000_000
        ? Optional.of("%s in Healthcheck cannot be less than 1ms".formatted(field))
        : Optional.empty();
  }
}
