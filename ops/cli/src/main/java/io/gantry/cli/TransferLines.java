package io.gantry.cli;

import io.gantry.protocol.v1.TransferProgress;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Progress as a terminal shows it: a line for each layer, written anew when the layer moves. Where
 * there is no terminal each step is a line, and bars are left out.
 */
final class TransferLines {
  private static final int NARROWEST = 40;
  private static final int WIDEST_BAR = 50;
  private static final int BESIDE_THE_BAR = 50;

  private final PrintStream out;
  private final boolean terminal;
  private final int width;
  private final Map<String, Integer> rows = new LinkedHashMap<>();

  TransferLines(Terminal terminal) {
    this.out = terminal.out();
    this.terminal = terminal.outputIsTerminal();
    this.width = this.terminal ? Math.max(NARROWEST, terminal.size().width()) : 0;
  }

  void show(TransferProgress progress) {
    if (progress.getId().isEmpty()) {
      rows.clear();
      out.println(progress.getText());
    } else if (terminal) {
      line(progress.getId(), clipped(progress.getId() + ": " + text(progress)));
    } else if (progress.getTotal() == 0) {
      out.println(progress.getId() + ": " + progress.getText());
    }
    out.flush();
  }

  private void line(String id, String text) {
    var row = rows.get(id);
    if (row == null) {
      rows.put(id, rows.size());
      out.println(text);
      return;
    }
    var up = rows.size() - row;
    out.printf("\u001b[%dA\r\u001b[K%s\r\u001b[%dB", up, text, up);
  }

  private String text(TransferProgress progress) {
    if (progress.getTotal() == 0) {
      return progress.getText();
    }
    var sizes =
        " %s/%s".formatted(Text.size(progress.getCurrent()), Text.size(progress.getTotal()));
    var cells = Math.min(WIDEST_BAR, width - BESIDE_THE_BAR);
    if (cells < 5) {
      return progress.getText() + sizes;
    }
    var done =
        (int) Math.clamp(cells * progress.getCurrent() / progress.getTotal(), 0L, (long) cells);
    var bar = done == cells ? "=".repeat(cells) : "=".repeat(done) + ">";
    return "%s [%s%s]%s"
        .formatted(progress.getText(), bar, " ".repeat(cells - bar.length()), sizes);
  }

  private String clipped(String text) {
    return text.length() < width ? text : text.substring(0, width - 1);
  }
}
