package io.gantry.cli;

import java.io.BufferedInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** This process's own terminal. Modes are set by {@code stty}, which every Linux has. */
final class ProcessTerminal implements Terminal {
  private static final Size UNKNOWN = new Size(24, 80);
  private static final List<String> PROXIED =
      List.of("INT", "TERM", "HUP", "QUIT", "USR1", "USR2", "ALRM", "CONT", "TTIN", "TTOU");

  private final InputStream in = new BufferedInputStream(new FileInputStream(FileDescriptor.in));
  private final PrintStream out = stream(FileDescriptor.out);
  private final PrintStream err = stream(FileDescriptor.err);

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
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
    return isTerminal(0);
  }

  @Override
  public boolean outputIsTerminal() {
    return isTerminal(1);
  }

  private static boolean isTerminal(int descriptor) {
    try {
      var target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException _) {
      return false;
    }
  }

  @Override
  public Size size() {
    try {
      var parts = stty("size").trim().split(" ");
      return new Size(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    } catch (IOException | RuntimeException _) {
      return UNKNOWN;
    }
  }

  @Override
  public Raw raw() {
    try {
      var before = stty("-g").trim();
      stty("raw", "-echo");
      var restore = new Thread(() -> restore(before));
      Runtime.getRuntime().addShutdownHook(restore);
      return () -> {
        restore(before);
        Runtime.getRuntime().removeShutdownHook(restore);
      };
    } catch (IOException failure) {
      throw new Failure("cannot set the terminal to raw mode: " + failure.getMessage());
    }
  }

  private static void restore(String before) {
    try {
      stty(before);
    } catch (IOException _) {
      // Without a terminal there is nothing to restore.
    }
  }

  private static String stty(String... arguments) throws IOException {
    var command = new ArrayList<>(List.of("stty"));
    command.addAll(List.of(arguments));
    var process =
        new ProcessBuilder(command)
            .redirectInput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException("%s failed".formatted(String.join(" ", command)));
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
    return output;
  }

  @Override
  public void onResize(Runnable action) {
    Signals.handle("WINCH", action);
  }

  @Override
  public void onSignal(Consumer<String> action) {
    for (var name : PROXIED) {
      Signals.handle(name, () -> action.accept(name));
    }
  }
}
