package io.gantry.agent.build.language;

import io.gantry.agent.build.language.Instruction.Argument;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** From one instruction's text to the instruction. Error texts are Docker's. */
final class InstructionParser {
  private static final Pattern STAGE_NAME = Pattern.compile("[a-z][a-z0-9-_.]*");
  private static final Set<String> NOTHING = Set.of();

  private final char escape;

  InstructionParser(char escape) {
    this.escape = escape;
  }

  /** {@code documents}: in the order in which the text announces them. */
  Instruction parse(String text, List<Heredoc> documents) throws Malformed {
    var two = Words.firstAndRest(text);
    var name = two[0].toUpperCase(Locale.ROOT);
    var flags = Flags.parse(two[1], escape);
    var rest = flags.rest().strip();
    return switch (name) {
      case "FROM" -> from(flags, rest);
      case "RUN" -> run(flags, rest, documents);
      case "COPY" -> new TransferParser(escape).copy(flags, rest, documents);
      case "ADD" -> new TransferParser(escape).add(flags, rest, documents);
      case "HEALTHCHECK" -> HealthcheckParser.parse(flags, rest);
      default -> {
        flags.allow(NOTHING, NOTHING);
        yield plain(name, rest, two[0]);
      }
    };
  }

  private Instruction plain(String name, String rest, String asWritten) throws Malformed {
    return switch (name) {
      case "ARG" -> new Instruction.Arg(arguments(required(name, rest)));
      case "CMD" -> new Instruction.Cmd(Command.parse(rest));
      case "ENTRYPOINT" -> new Instruction.Entrypoint(Command.parse(required(name, rest)));
      case "ENV" -> new Instruction.Env(NameValue.parse(name, rest, escape));
      case "LABEL" -> new Instruction.Label(NameValue.parse(name, rest, escape));
      case "EXPOSE" -> new Instruction.Expose(Words.split(required(name, rest), escape));
      case "MAINTAINER" -> new Instruction.Maintainer(single(name, rest));
      case "ONBUILD" -> onBuild(required(name, rest));
      case "SHELL" -> new Instruction.Shell(shell(rest));
      case "STOPSIGNAL" -> new Instruction.StopSignal(single(name, rest));
      case "USER" -> new Instruction.User(single(name, rest));
      case "VOLUME" -> new Instruction.Volume(volumes(required(name, rest)));
      case "WORKDIR" -> new Instruction.Workdir(single(name, rest));
      default -> throw new Malformed("unknown instruction: %s".formatted(asWritten));
    };
  }

  private static String required(String name, String rest) throws Malformed {
    if (rest.isEmpty()) {
      throw new Malformed("%s requires at least one argument".formatted(name));
    }
    return rest;
  }

  private String single(String name, String rest) throws Malformed {
    if (rest.isEmpty()) {
      throw new Malformed("%s requires exactly one argument".formatted(name));
    }
    return rest;
  }

  private Instruction from(Flags flags, String rest) throws Malformed {
    flags.allow(Set.of("platform"), NOTHING);
    var words = Words.split(rest, escape);
    var named = words.size() == 3 && words.get(1).equalsIgnoreCase("as");
    if (words.size() != 1 && !named) {
      throw new Malformed("FROM requires either one or three arguments");
    }
    if (!named) {
      return new Instruction.From(words.getFirst(), Optional.empty(), flags.text("platform"));
    }
    var name = words.get(2).toLowerCase(Locale.ROOT);
    if (!STAGE_NAME.matcher(name).matches()) {
      throw new Malformed(
          "invalid name for build stage: \"%s\", name can't start with a number or contain symbols"
              .formatted(words.get(2)));
    }
    return new Instruction.From(words.getFirst(), Optional.of(name), flags.text("platform"));
  }

  private List<Argument> arguments(String rest) throws Malformed {
    var arguments = new ArrayList<Argument>();
    for (var word : Words.split(rest, escape)) {
      var equals = word.indexOf('=');
      if (equals == 0) {
        throw new Malformed("ARG names can not be blank");
      }
      arguments.add(
          equals < 0
              ? new Argument(word, Optional.empty())
              : new Argument(word.substring(0, equals), Optional.of(word.substring(equals + 1))));
    }
    return List.copyOf(arguments);
  }

  private Instruction run(Flags flags, String rest, List<Heredoc> documents) throws Malformed {
    flags.allow(Set.of("mount", "network", "security"), Set.of("mount"));
    var mounts = new ArrayList<RunMount>();
    for (var text : flags.texts("mount")) {
      mounts.add(RunMount.parse(text));
    }
    var network = flags.text("network");
    if (network.isPresent() && !Set.of("default", "none", "host").contains(network.get())) {
      throw new Malformed("unsupported network mode %s".formatted(network.get()));
    }
    var security = flags.text("security");
    if (security.isPresent() && !Set.of("sandbox", "insecure").contains(security.get())) {
      throw new Malformed("security \"%s\" is not valid".formatted(security.get()));
    }
    return new Instruction.Run(
        Command.parse(required("RUN", rest)), documents, List.copyOf(mounts), network, security);
  }

  private Instruction onBuild(String trigger) throws Malformed {
    var name = Words.firstAndRest(trigger)[0].toUpperCase(Locale.ROOT);
    switch (name) {
      case "ONBUILD" -> throw new Malformed("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
      case "MAINTAINER", "FROM" ->
          throw new Malformed("%s isn't allowed as an ONBUILD trigger".formatted(name));
      default -> {
        return new Instruction.OnBuild(trigger);
      }
    }
  }

  private static List<String> shell(String rest) throws Malformed {
    var words =
        JsonForm.parse(rest)
            .orElseThrow(() -> new Malformed("SHELL requires the arguments to be in JSON form"));
    if (words.isEmpty()) {
      throw new Malformed("SHELL requires at least one argument");
    }
    return words;
  }

  private List<String> volumes(String rest) throws Malformed {
    var paths = JsonForm.parse(rest).orElseGet(() -> Words.split(rest, escape));
    if (paths.isEmpty()) {
      throw new Malformed("VOLUME requires at least one argument");
    }
    if (paths.stream().anyMatch(String::isBlank)) {
      throw new Malformed("VOLUME specified can not be an empty string");
    }
    return paths;
  }
}
