package io.gantry.agent.host.firewall;

import io.gantry.agent.host.kernel.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The program nft: one transaction in, or one table out. */
final class Nft {
  private final Path program;
  private final Duration deadline;

  Nft(Duration deadline) throws IOException {
    this.deadline = deadline;
    program =
        Stream.of("/usr/sbin/nft", "/sbin/nft", "/usr/bin/nft", "/usr/local/sbin/nft")
            .map(Path::of)
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow(() -> new IOException("the program nft (package nftables) is missing"));
  }

  /** All of it or nothing. */
  void apply(String script) throws IOException {
    var result = Program.run(List.of(program.toString(), "-f", "-"), script, deadline);
    if (result.exitCode() != 0) {
      throw new IOException("nft: " + firstLine(result.output()));
    }
  }

  /** The table as JSON; empty: there is none. */
  Optional<String> list(String table) throws IOException {
    var command = List.of(program.toString(), "--json", "list", "table", "inet", table);
    var result = Program.run(command, "", deadline);
    if (result.exitCode() == 0) {
      return Optional.of(result.output());
    }
    if (result.output().contains("No such file or directory")) {
      return Optional.empty();
    }
    throw new IOException("list table " + table + ": nft: " + firstLine(result.output()));
  }

  private static String firstLine(String output) {
    return output.lines().findFirst().orElse("failed without a word");
  }
}
