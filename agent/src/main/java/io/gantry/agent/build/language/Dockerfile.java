package io.gantry.agent.build.language;

import java.util.ArrayList;
import java.util.List;

/**
 * A Dockerfile, understood.
 *
 * @param escape its escape character
 * @param lines of the file, for excerpts
 * @param head ARG instructions before the first FROM
 * @param stages in the order of the file, at least one
 * @param warnings for whoever builds
 */
public record Dockerfile(
    char escape,
    List<String> lines,
    List<Statement> head,
    List<Stage> stages,
    List<String> warnings) {
  /** More is no Dockerfile but an attack. */
  public static final int LARGEST = 4 << 20;

  private static final int MOST_INSTRUCTIONS = 20_000;

  /**
   * An instruction and where it stands.
   *
   * @param text as written, continuations joined
   */
  public record Statement(Instruction instruction, String text, int firstLine, int lastLine) {}

  /** {@code from}: its {@link Instruction.From}; {@code statements}: what follows it. */
  public record Stage(
      int index, Statement start, Instruction.From from, List<Statement> statements) {}

  public static Dockerfile parse(String text) throws SyntaxError {
    if (text.length() > LARGEST) {
      throw new SyntaxError("the Dockerfile is larger than %d bytes".formatted(LARGEST));
    }
    var lines = LineReader.split(text);
    var escape = Directives.of(lines).escape();
    var reader = new LineReader(lines, escape);
    var parser = new InstructionParser(escape);
    var statements = new ArrayList<Statement>();
    for (var line : reader.read()) {
      if (statements.size() == MOST_INSTRUCTIONS) {
        throw new SyntaxError(
            line.first(), line.last(), "more than %d instructions".formatted(MOST_INSTRUCTIONS));
      }
      statements.add(statement(parser, line));
    }
    if (statements.isEmpty()) {
      throw new SyntaxError("file with no instructions");
    }
    var warnings =
        reader.sawEmptyContinuation()
            ? List.of("[WARNING]: Empty continuation lines will become errors in a future release.")
            : List.<String>of();
    return grouped(escape, lines, statements, warnings);
  }

  /** An instruction that an image brings (ONBUILD) or a request (commit --change). */
  public static Instruction parseOne(String text, char escape) throws SyntaxError {
    var lines = LineReader.split(text);
    var reader = new LineReader(lines, escape);
    var found = reader.read();
    if (found.size() != 1) {
      throw new SyntaxError("expected one instruction, found %d".formatted(found.size()));
    }
    return statement(new InstructionParser(escape), found.getFirst()).instruction();
  }

  private static Statement statement(InstructionParser parser, LogicalLine line)
      throws SyntaxError {
    try {
      return new Statement(
          parser.parse(line.text(), line.heredocs()), line.text(), line.first(), line.last());
    } catch (Malformed malformed) {
      throw new SyntaxError(line.first(), line.last(), malformed.reason());
    }
  }

  private static Dockerfile grouped(
      char escape, List<String> lines, List<Statement> all, List<String> warnings)
      throws SyntaxError {
    var head = new ArrayList<Statement>();
    var stages = new ArrayList<Stage>();
    var statements = new ArrayList<Statement>();
    for (var statement : all) {
      if (statement.instruction() instanceof Instruction.From from) {
        statements = new ArrayList<>();
        stages.add(new Stage(stages.size(), statement, from, statements));
      } else if (!stages.isEmpty()) {
        statements.add(statement);
      } else if (statement.instruction() instanceof Instruction.Arg) {
        head.add(statement);
      } else {
        throw new SyntaxError(
            statement.firstLine(), statement.lastLine(), "no build stage in current context");
      }
    }
    if (stages.isEmpty()) {
      throw new SyntaxError("no build stage in current context");
    }
    return new Dockerfile(escape, lines, List.copyOf(head), List.copyOf(stages), warnings);
  }

  /** The lines around a place, the place itself marked, as BuildKit shows them. */
  public String excerpt(String name, int firstLine, int lastLine) {
    return Excerpt.of(lines, name, firstLine, lastLine);
  }
}
