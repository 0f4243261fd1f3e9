package io.gantry.ops.audit;

import io.gantry.protocol.v1.JournalEntry;
import java.util.Locale;

/** One entry of one host's record, as the merged stream has it. */
public record HostEntry(String host, JournalEntry entry) {
  String text() {
    return "%s %d:%d %s"
        .formatted(
            host,
            entry.getSequence(),
            entry.getEpoch(),
            entry.getEventCase().name().toLowerCase(Locale.ROOT));
  }
}
