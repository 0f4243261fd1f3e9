package io.gantry.agent.build;

import io.gantry.agent.build.language.Instruction;
import io.gantry.agent.build.language.Malformed;
import io.gantry.agent.build.language.NameValue;
import io.gantry.agent.build.language.Variables;
import io.gantry.agent.container.GoDuration;
import io.gantry.agent.container.SignalNumbers;
import io.gantry.protocol.v1.HealthcheckSpec;
import io.gantry.protocol.v1.ImageConfig;
import io.gantry.protocol.v1.StringList;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Instructions that change only what an image says. Pure; error texts are Docker's. */
final class Metadata {
  private static final Pattern PORT = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?(?:/(\\w*))?");
  private static final Set<String> PROTOCOLS = Set.of("tcp", "udp", "sctp");

  /**
   * What an instruction makes of an image.
   *
   * @param createdBy its line in the history
   */
  record Change(ImageConfig config, String author, String createdBy) {}

  private final StageState state;
  private final Variables variables;

  Metadata(StageState state, Variables variables) {
    this.state = state;
    this.variables = variables;
  }

  private Change change(ImageConfig.Builder config, String text) {
    return new Change(config.build(), state.image().getAuthor(), nop(state, text));
  }

  /** A line of the history for what runs nothing. */
  static String nop(StageState state, String text) {
    return String.join(" ", state.shell()) + " #(nop) " + text;
  }

  Change of(Instruction.Env env) throws Malformed {
    var config = state.config().toBuilder();
    var shown = new StringBuilder(" ENV");
    for (var pair : env.pairs()) {
      var name = variables.expand(pair.name());
      var value = variables.expand(pair.value());
      var entries = withEntry(config.getEnvList(), name, value);
      config.clearEnv().addAllEnv(entries);
      shown.append(' ').append(name).append('=').append(value);
    }
    return change(config, shown.toString());
  }

  private static List<String> withEntry(List<String> entries, String name, String value) {
    var all = new ArrayList<>(entries);
    var entry = name + "=" + value;
    for (var i = 0; i < all.size(); i++) {
      if (all.get(i).startsWith(name + "=")) {
        all.set(i, entry);
        return all;
      }
    }
    all.add(entry);
    return all;
  }

  Change of(Instruction.Label label) throws Malformed {
    var config = state.config().toBuilder();
    var shown = new StringBuilder(" LABEL");
    for (NameValue pair : label.pairs()) {
      var name = variables.expand(pair.name());
      var value = variables.expand(pair.value());
      if (name.isEmpty()) {
        throw new Malformed("LABEL names can not be blank");
      }
      config.putLabels(name, value);
      shown.append(' ').append(name).append('=').append(value);
    }
    return change(config, shown.toString());
  }

  Change of(Instruction.Maintainer maintainer) {
    return new Change(
        state.config(), maintainer.name(), nop(state, " MAINTAINER " + maintainer.name()));
  }

  Change of(Instruction.Cmd cmd) {
    var words = cmd.command().words(state.shell());
    var config = state.config().toBuilder().setCmd(list(words));
    return change(config, " CMD " + Shown.list(words));
  }

  /** A new entrypoint takes the image's own command away: it was meant for another one. */
  Change of(Instruction.Entrypoint entrypoint, boolean cmdIsOwn) {
    var words = entrypoint.command().words(state.shell());
    var config = state.config().toBuilder().setEntrypoint(list(words));
    if (!cmdIsOwn) {
      config.clearCmd();
    }
    return change(config, " ENTRYPOINT " + Shown.list(words));
  }

  private static StringList list(List<String> words) {
    return StringList.newBuilder().addAllValues(words).build();
  }

  Change of(Instruction.Workdir workdir) throws Malformed {
    var path = directory(workdir);
    return change(state.config().toBuilder().setWorkingDir(path), "WORKDIR " + path);
  }

  private String directory(Instruction.Workdir workdir) throws Malformed {
    var path = variables.expand(workdir.path());
    var joined = path.startsWith("/") ? path : state.workingDirectory() + "/" + path;
    return Path.of("/" + joined).normalize().toString();
  }

  Change of(Instruction.User user) throws Malformed {
    var name = variables.expand(user.user());
    return change(state.config().toBuilder().setUser(name), " USER " + name);
  }

  Change of(Instruction.StopSignal stopSignal) throws Malformed {
    var signal = variables.expand(stopSignal.signal());
    if (SignalNumbers.parse(signal).isEmpty()) {
      throw new Malformed("Invalid signal: " + signal);
    }
    return change(state.config().toBuilder().setStopSignal(signal), " STOPSIGNAL " + signal);
  }

  Change of(Instruction.Shell shell) {
    // The line of the history begins with the new one already.
    return new Change(
        state.config().toBuilder().setShell(list(shell.words())).build(),
        state.image().getAuthor(),
        String.join(" ", shell.words()) + " #(nop)  SHELL " + bare(shell.words()));
  }

  private static String bare(List<String> words) {
    return "[" + String.join(" ", words) + "]";
  }

  Change of(Instruction.OnBuild onBuild) {
    return change(
        state.config().toBuilder().addOnBuild(onBuild.trigger()), " ONBUILD " + onBuild.trigger());
  }

  Change of(Instruction.Expose expose) throws Malformed {
    var ports = new TreeSet<>(state.config().getExposedPortsList());
    var shown = new TreeSet<String>();
    for (var word : expose.ports()) {
      for (var port : variables.expand(word).split("\\s+")) {
        if (!port.isEmpty()) {
          ports.addAll(ports(port));
          shown.add(port);
        }
      }
    }
    return change(
        state.config().toBuilder().clearExposedPorts().addAllExposedPorts(ports),
        " EXPOSE " + String.join(" ", shown));
  }

  private static Collection<String> ports(String text) throws Malformed {
    // A port of the host, which older files name, is not the image's matter.
    var own = text.substring(text.lastIndexOf(':') + 1);
    var matcher = PORT.matcher(own.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new Malformed("invalid containerPort: " + text);
    }
    var first = Integer.parseInt(matcher.group(1));
    var last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
    if (first > last || last > 65535) {
      throw new Malformed("invalid containerPort: " + text);
    }
    var protocol = matcher.group(3) == null ? "tcp" : matcher.group(3);
    if (!PROTOCOLS.contains(protocol)) {
      throw new Malformed("invalid proto: " + protocol);
    }
    var ports = new ArrayList<String>();
    for (var port = first; port <= last; port++) {
      ports.add(port + "/" + protocol);
    }
    return ports;
  }

  Change of(Instruction.Volume volume) throws Malformed {
    var paths = new TreeSet<>(state.config().getVolumesList());
    var shown = new ArrayList<String>();
    for (var word : volume.paths()) {
      var path = variables.expand(word);
      if (path.isBlank()) {
        throw new Malformed("VOLUME specified can not be an empty string");
      }
      paths.add(path);
      shown.add(path);
    }
    return change(
        state.config().toBuilder().clearVolumes().addAllVolumes(paths), " VOLUME " + bare(shown));
  }

  Change of(Instruction.Healthcheck check) {
    var spec =
        HealthcheckSpec.newBuilder()
            .setTest(list(check.test()))
            .setIntervalNanos(check.interval())
            .setTimeoutNanos(check.timeout())
            .setStartPeriodNanos(check.startPeriod())
            .setStartIntervalNanos(check.startInterval())
            .setRetries(check.retries());
    return change(state.config().toBuilder().setHealthcheck(spec), " HEALTHCHECK " + shown(check));
  }

  /** As Go prints the structure. */
  private static String shown(Instruction.Healthcheck check) {
    return "&{%s \"%s\" \"%s\" \"%s\" \"%s\" '%s'}"
        .formatted(
            Shown.list(check.test()),
            GoDuration.text(Duration.ofNanos(check.interval())),
            GoDuration.text(Duration.ofNanos(check.timeout())),
            GoDuration.text(Duration.ofNanos(check.startPeriod())),
            GoDuration.text(Duration.ofNanos(check.startInterval())),
            check.retries() < ' '
                ? "\\x%02x".formatted(check.retries())
                : Character.toString(check.retries()));
  }

  /** An instruction that takes a command, as the history shows it. */
  static final class Shown {
    private Shown() {}

    static String list(List<String> words) {
      var text = new StringBuilder("[");
      for (var word : words) {
        text.append(text.length() > 1 ? " " : "")
            .append('"')
            .append(word.replace("\\", "\\\\").replace("\"", "\\\""))
            .append('"');
      }
      return text.append(']').toString();
    }
  }
}
