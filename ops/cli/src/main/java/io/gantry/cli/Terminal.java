package io.gantry.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.function.Consumer;

/** The three streams of this process, and the terminal behind them if there is one. */
interface Terminal {
  InputStream in();

  PrintStream out();

  PrintStream err();

  boolean inputIsTerminal();

  boolean outputIsTerminal();

  /** In characters. */
  Size size();

  record Size(int height, int width) {}

  /** Every byte goes through as it is typed, until the result is closed. */
  Raw raw();

  interface Raw extends AutoCloseable {
    @Override
    void close();
  }

  /** Calls back on another thread, from now on. */
  void onResize(Runnable action);

  /**
   * Signals that somebody sends to this process, by name without SIG, instead of what they do by
   * default.
   */
  void onSignal(Consumer<String> action);
}
