package io.gantry.agent.build.language;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Joins the lines of a file to instructions: comments out, continuations and documents in. */
final class LineReader {
  private static final int LONGEST_LINE = 65_535;
  private static final Pattern HEREDOC = Pattern.compile("\\d*<<(-?)([^<\\s]+)");
  private static final Set<String> TAKE_DOCUMENTS = Set.of("RUN", "COPY", "ADD");

  private final List<String> lines;
  private final char escape;
  private final List<LogicalLine> found = new ArrayList<>();
  private boolean emptyContinuation;
  private int at;

  LineReader(List<String> lines, char escape) {
    this.lines = lines;
    this.escape = escape;
  }

  /** Lines of a text without their ends; a byte order mark is dropped. */
  static List<String> split(String text) {
    var plain = text.startsWith("\uFEFF") ? text.substring(1) : text;
    return List.of(plain.split("\\r?\\n", -1));
  }

  List<LogicalLine> read() throws SyntaxError {
    while (at < lines.size()) {
      readOne();
    }
    return found;
  }

  /** An empty line stood inside an instruction, which Docker warns of. */
  boolean sawEmptyContinuation() {
    return emptyContinuation;
  }

  private void readOne() throws SyntaxError {
    var first = at + 1;
    var start = next().stripLeading();
    if (start.isEmpty() || start.startsWith("#")) {
      return;
    }
    var text = new StringBuilder();
    var goesOn = append(text, start);
    var skippedEmpty = false;
    while (goesOn && at < lines.size()) {
      var line = next();
      if (line.isBlank()) {
        skippedEmpty = true;
      } else if (!line.stripLeading().startsWith("#")) {
        goesOn = append(text, line);
      }
      if (text.length() > LONGEST_LINE) {
        throw new SyntaxError(
            first,
            at,
            "dockerfile line greater than maximum allowed size of %d".formatted(LONGEST_LINE));
      }
    }
    if (text.toString().isBlank()) {
      return;
    }
    emptyContinuation |= skippedEmpty && at < lines.size();
    var documents = documents(first, text.toString());
    found.add(new LogicalLine(first, at, text.toString().strip(), documents));
  }

  private String next() throws SyntaxError {
    var line = lines.get(at++);
    if (line.length() > LONGEST_LINE) {
      throw new SyntaxError(
          at,
          at,
          "dockerfile line greater than maximum allowed size of %d".formatted(LONGEST_LINE));
    }
    return line;
  }

  /** True when the line ends with a single escape character, which goes. */
  private boolean append(StringBuilder text, String line) {
    var end = line.stripTrailing();
    var last = end.length() - 1;
    if (last >= 0 && end.charAt(last) == escape && (last == 0 || end.charAt(last - 1) != escape)) {
      text.append(end, 0, last);
      return true;
    }
    text.append(line);
    return false;
  }

  private List<Heredoc> documents(int first, String text) throws SyntaxError {
    var words = Words.split(text, escape);
    var name = 0;
    if (words.size() > 1 && words.getFirst().equalsIgnoreCase("ONBUILD")) {
      name = 1;
    }
    if (words.isEmpty() || !TAKE_DOCUMENTS.contains(words.get(name).toUpperCase(Locale.ROOT))) {
      return List.of();
    }
    var documents = new ArrayList<Heredoc>();
    for (var word : words.subList(name + 1, words.size())) {
      var announced = announced(word);
      if (announced.isPresent()) {
        documents.add(document(first, announced.get()));
      }
    }
    return List.copyOf(documents);
  }

  /** A heredoc without content, when the word announces one. */
  static Optional<Heredoc> announced(String word) {
    var matcher = HEREDOC.matcher(word);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    var mark = matcher.group(2);
    var name = mark.replaceAll("[\"'\\\\]", "");
    return name.isEmpty()
        ? Optional.empty()
        : Optional.of(new Heredoc(name, word, "", name.equals(mark), !matcher.group(1).isEmpty()));
  }

  private Heredoc document(int first, Heredoc announced) throws SyntaxError {
    var content = new StringBuilder();
    while (at < lines.size()) {
      var line = next();
      var end = announced.chomp() ? line.replaceFirst("^\t+", "") : line;
      if (end.equals(announced.name())) {
        return new Heredoc(
            announced.name(),
            announced.word(),
            content.toString(),
            announced.expand(),
            announced.chomp());
      }
      content.append(line).append('\n');
    }
    throw new SyntaxError(first, at, "unterminated heredoc");
  }
}
