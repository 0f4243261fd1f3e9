package io.gantry.agent.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.gantry.agent.container.SignalNumbers;
import io.gantry.protocol.v1.HealthcheckSpec;
import io.gantry.protocol.v1.ImageConfig;
import io.gantry.protocol.v1.StringList;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.ObjLongConsumer;
import java.util.regex.Pattern;

/**
 * Dockerfile instructions that change only an image's configuration, as `docker import --change`
 * and `docker commit --change` take them (Dockerfile reference,
 * docs.docker.com/reference/dockerfile).
 */
public final class ConfigChange {
  /** Says which instruction cannot be, and why. */
  public static final class Invalid extends Exception {
    private static final long serialVersionUID = 1;

    Invalid(String message) {
      super(message);
    }
  }

  private static final Pattern PORT =
      Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?(?:/(tcp|udp|sctp))?");
  private static final Map<String, ObjLongConsumer<HealthcheckSpec.Builder>> DURATIONS =
      Map.of(
          "interval", HealthcheckSpec.Builder::setIntervalNanos,
          "timeout", HealthcheckSpec.Builder::setTimeoutNanos,
          "start-period", HealthcheckSpec.Builder::setStartPeriodNanos,
          "start-interval", HealthcheckSpec.Builder::setStartIntervalNanos);

  private ConfigChange() {}

  /** Applies the instructions in their order. */
  public static ImageConfig apply(ImageConfig config, List<String> instructions) throws Invalid {
    var builder = config.toBuilder();
    for (var text : instructions) {
      if (text.isBlank()) {
        throw new Invalid("file with no instructions");
      }
      for (var line : text.replaceAll("\\\\\\r?\\n", " ").split("\\r?\\n")) {
        if (!line.isBlank() && !line.strip().startsWith("#")) {
          applyOne(builder, line.strip());
        }
      }
    }
    return builder.build();
  }

  private static void applyOne(ImageConfig.Builder config, String line) throws Invalid {
    var parts = line.split("\\s+", 2);
    var name = parts[0].toUpperCase(Locale.ROOT);
    var rest = parts.length > 1 ? parts[1].strip() : "";
    switch (name) {
      case "CMD" -> config.setCmd(command(config, rest));
      case "ENTRYPOINT" -> config.setEntrypoint(command(config, rest));
      case "ENV" -> env(config, required(name, rest));
      case "EXPOSE" -> expose(config, required(name, rest));
      case "HEALTHCHECK" -> healthcheck(config, required(name, rest));
      case "LABEL" -> pairs(name, required(name, rest)).forEach(p -> config.putLabels(p[0], p[1]));
      case "ONBUILD" -> config.addOnBuild(trigger(required(name, rest)));
      case "STOPSIGNAL" -> config.setStopSignal(signal(single(name, rest)));
      case "USER" -> config.setUser(single(name, rest));
      case "VOLUME" -> volumes(config, required(name, rest));
      case "WORKDIR" -> config.setWorkingDir(workdir(config.getWorkingDir(), single(name, rest)));
      default ->
          throw new Invalid(
              "%s is not a valid change command".formatted(name.toLowerCase(Locale.ROOT)));
    }
  }

  private static String required(String name, String rest) throws Invalid {
    if (rest.isEmpty()) {
      throw new Invalid("%s requires at least one argument".formatted(name));
    }
    return rest;
  }

  private static String single(String name, String rest) throws Invalid {
    if (rest.isEmpty()) {
      throw new Invalid("%s requires exactly one argument".formatted(name));
    }
    return rest;
  }

  private static String trigger(String rest) throws Invalid {
    var name = rest.split("\\s+", 2)[0].toUpperCase(Locale.ROOT);
    return switch (name) {
      case "ONBUILD" -> throw new Invalid("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
      case "MAINTAINER", "FROM" ->
          throw new Invalid("%s isn't allowed as an ONBUILD trigger".formatted(name));
      case String _ -> rest;
    };
  }

  private static String signal(String text) throws Invalid {
    if (SignalNumbers.parse(text).isEmpty()) {
      throw new Invalid("Invalid signal: " + text);
    }
    return text;
  }

  private static StringList command(ImageConfig.Builder config, String rest) {
    return array(rest).orElseGet(() -> shellForm(config, rest));
  }

  private static StringList shellForm(ImageConfig.Builder config, String rest) {
    var list = StringList.newBuilder();
    if (rest.isEmpty()) {
      return list.build();
    }
    var shell = config.hasShell() ? config.getShell().getValuesList() : List.of("/bin/sh", "-c");
    return list.addAllValues(shell).addValues(rest).build();
  }

  /** The JSON form: an array of strings. Empty: it is not that. */
  private static Optional<StringList> array(String text) {
    if (!text.startsWith("[")) {
      return Optional.empty();
    }
    try {
      var list = StringList.newBuilder();
      for (var element : ConfigReader.JSON.readTree(text)) {
        if (!element.isTextual()) {
          return Optional.empty();
        }
        list.addValues(element.textValue());
      }
      return Optional.of(list.build());
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static void env(ImageConfig.Builder config, String rest) throws Invalid {
    for (var pair : pairs("ENV", rest)) {
      var values = new ArrayList<>(config.getEnvList());
      var entry = pair[0] + "=" + pair[1];
      var at = 0;
      while (at < values.size() && !values.get(at).startsWith(pair[0] + "=")) {
        at++;
      }
      if (at < values.size()) {
        values.set(at, entry);
      } else {
        values.add(entry);
      }
      config.clearEnv().addAllEnv(values);
    }
  }

  /** KEY=VALUE again and again, or the old form of one: KEY VALUE. */
  private static List<String[]> pairs(String name, String rest) throws Invalid {
    var words = Words.split(rest);
    var pairs = new ArrayList<String[]>();
    if (!words.getFirst().contains("=")) {
      var two = rest.split("\\s+", 2);
      if (two.length < 2) {
        throw new Invalid("%s must have two arguments".formatted(name));
      }
      pairs.add(two);
      return pairs;
    }
    for (var word : words) {
      var equals = word.indexOf('=');
      if (equals < 0) {
        throw new Invalid(
            "Syntax error - can't find = in \"%s\". Must be of the form: name=value"
                .formatted(word));
      }
      if (equals == 0) {
        throw new Invalid("%s names can not be blank".formatted(name));
      }
      pairs.add(new String[] {word.substring(0, equals), word.substring(equals + 1)});
    }
    return pairs;
  }

  private static void expose(ImageConfig.Builder config, String rest) throws Invalid {
    var ports = new TreeSet<>(config.getExposedPortsList());
    for (var word : Words.split(rest)) {
      var matcher = PORT.matcher(word.toLowerCase(Locale.ROOT));
      if (!matcher.matches()) {
        throw new Invalid("invalid containerPort: " + word);
      }
      var first = Integer.parseInt(matcher.group(1));
      var last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
      if (first > last || last > 65535) {
        throw new Invalid("invalid containerPort: " + word);
      }
      for (var port = first; port <= last; port++) {
        ports.add(port + "/" + (matcher.group(3) == null ? "tcp" : matcher.group(3)));
      }
    }
    config.clearExposedPorts().addAllExposedPorts(ports);
  }

  private static void volumes(ImageConfig.Builder config, String rest) throws Invalid {
    var paths = new TreeSet<>(config.getVolumesList());
    for (var path :
        array(rest)
            .<List<String>>map(StringList::getValuesList)
            .orElseGet(() -> Words.split(rest))) {
      if (path.isBlank()) {
        throw new Invalid("VOLUME specified can not be an empty string");
      }
      paths.add(path);
    }
    config.clearVolumes().addAllVolumes(paths);
  }

  private static String workdir(String present, String path) {
    var joined = path.startsWith("/") || present.isEmpty() ? "/" + path : present + "/" + path;
    return Path.of(joined).normalize().toString();
  }

  private static void healthcheck(ImageConfig.Builder config, String rest) throws Invalid {
    var check = HealthcheckSpec.newBuilder();
    while (rest.startsWith("--")) {
      var parts = rest.split("\\s+", 2);
      option(check, parts[0].substring(2));
      rest = parts.length > 1 ? parts[1].strip() : "";
    }
    var parts = rest.split("\\s+", 2);
    var test = StringList.newBuilder();
    switch (parts[0].toUpperCase(Locale.ROOT)) {
      case "NONE" -> test.addValues("NONE");
      case "CMD" -> {
        if (parts.length < 2) {
          throw new Invalid("Missing command after HEALTHCHECK CMD");
        }
        array(parts[1])
            .ifPresentOrElse(
                list -> test.addValues("CMD").addAllValues(list.getValuesList()),
                () -> test.addValues("CMD-SHELL").addValues(parts[1]));
      }
      default ->
          throw new Invalid("Unknown type \"%s\" in HEALTHCHECK (try CMD)".formatted(parts[0]));
    }
    config.setHealthcheck(check.setTest(test));
  }

  private static void option(HealthcheckSpec.Builder check, String option) throws Invalid {
    var equals = option.indexOf('=');
    var name = equals < 0 ? option : option.substring(0, equals);
    var value = equals < 0 ? "" : option.substring(equals + 1);
    try {
      var setter = DURATIONS.get(name);
      if (setter != null) {
        setter.accept(check, GoDuration.parse(value).toNanos());
      } else if (name.equals("retries")) {
        check.setRetries(Integer.parseInt(value));
      } else {
        throw new Invalid("Unknown flag: " + name);
      }
    } catch (IllegalArgumentException e) {
      throw new Invalid("invalid value \"%s\" for HEALTHCHECK --%s".formatted(value, name));
    }
  }

  /** Durations as Go writes them: 1h2m3.5s, 300ms. */
  private static final class GoDuration {
    private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ns|us|µs|ms|s|m|h)");
    private static final Map<String, Long> UNITS =
        Map.of(
            "ns",
            1L,
            "us",
            1_000L,
            "µs",
            1_000L,
            "ms",
            1_000_000L,
            "s",
            1_000_000_000L,
            "m",
            60_000_000_000L,
            "h",
            3_600_000_000_000L);

    static Duration parse(String text) {
      var matcher = PART.matcher(text);
      var end = 0;
      double nanos = 0;
      while (matcher.find() && matcher.start() == end) {
        nanos += Double.parseDouble(matcher.group(1)) * UNITS.getOrDefault(matcher.group(2), 0L);
        end = matcher.end();
      }
      if (end == 0 || end != text.length()) {
        throw new IllegalArgumentException("no duration: " + text);
      }
      return Duration.ofNanos((long) nanos);
    }
  }
}
