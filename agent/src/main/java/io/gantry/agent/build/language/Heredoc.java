package io.gantry.agent.build.language;

/**
 * A document that stands in the Dockerfile itself.
 *
 * @param name its end mark, without quotes
 * @param word how it is announced: {@code <<-EOF}
 * @param content its lines as they are, each with its newline
 * @param expand variables in it are replaced: its end mark was not quoted
 * @param chomp tabs at the beginnings of its lines are dropped: {@code <<-}
 */
public record Heredoc(String name, String word, String content, boolean expand, boolean chomp) {
  /** What a file made of it holds, before variables. */
  public String text() {
    return chomp ? content.replaceAll("(?m)^\t+", "") : content;
  }
}
