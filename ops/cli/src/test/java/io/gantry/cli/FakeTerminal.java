package io.gantry.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A terminal, or three plain streams, in memory. */
final class FakeTerminal implements Terminal {
  private final ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(outBytes, true, StandardCharsets.UTF_8);
  private final PrintStream err = new PrintStream(errBytes, true, StandardCharsets.UTF_8);
  private final InputStream in;
  private final boolean terminal;

  /** "raw" and "restored", in the order they came. */
  final List<String> modes = new ArrayList<>();

  private FakeTerminal(InputStream in, boolean terminal) {
    this.in = in;
    this.terminal = terminal;
  }

  static FakeTerminal streams(String input) {
    return new FakeTerminal(
        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), false);
  }

  static FakeTerminal interactive(InputStream input) {
    return new FakeTerminal(input, true);
  }

  String outText() {
    return outBytes.toString(StandardCharsets.UTF_8);
  }

  String errText() {
    return errBytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public InputStream in() {
    return in;
  }

  @Override
  public PrintStream out() {
    return out;
  }

  @Override
  public PrintStream err() {
    return err;
  }

  @Override
  public boolean inputIsTerminal() {
    return terminal;
  }

  @Override
  public boolean outputIsTerminal() {
    return terminal;
  }

  @Override
  public Size size() {
    return new Size(47, 133);
  }

  @Override
  public Raw raw() {
    modes.add("raw");
    return () -> modes.add("restored");
  }

  @Override
  public void onResize(Runnable action) {
    // The size of this one never changes.
  }

  @Override
  public void onSignal(Consumer<String> action) {
    // Nobody sends it one.
  }
}
