package io.gantry.ops;

import io.gantry.persistence.record.RecordVerifier;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gantry record verify}. */
@Command(
    name = "verify",
    description = {
      "Read the whole record and prove that every entry is what was written, where it was written.",
      "",
      "Prints the hash of the newest entry: whoever keeps it elsewhere can tell later that none was",
      "cut off. Exits with 1 at the first entry that is not as it was written. May run at any time.",
      ""
    })
final class VerifyCommand implements Callable<Integer> {
  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      defaultValue = "/var/lib/gantry",
      description = "Of the agent (default: ${DEFAULT-VALUE})")
  private Path stateDir = Path.of("/var/lib/gantry");

  @Option(names = "--help", usageHelp = true, description = "Print this text")
  boolean help;

  @Override
  public Integer call() {
    return switch (RecordVerifier.verify(stateDir.resolve("record"))) {
      case RecordVerifier.Verdict.Intact intact -> {
        System.out.printf(
            "ok     %d entries, %d to %d, are as they were written; hash of the newest: %s%n",
            intact.entries(), intact.first(), intact.last(), intact.hashText());
        yield 0;
      }
      case RecordVerifier.Verdict.Broken broken -> {
        System.out.println("BROKEN " + broken.reason());
        yield 1;
      }
    };
  }
}
