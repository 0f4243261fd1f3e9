package io.gantry.ops.audit;

import io.gantry.protocol.v1.JournalEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares what a reader followed of the merged stream with what each host has in its own record:
 * nothing missing, nothing twice, nothing else, each host's part in its order.
 */
public final class StreamAudit {
  private final Map<String, List<JournalEntry>> own;
  private final Map<String, Integer> read = new HashMap<>();
  private final List<String> complaints = new ArrayList<>();

  private StreamAudit(Map<String, List<JournalEntry>> own) {
    this.own = own;
  }

  /**
   * @param own the whole record of each host, by the host's name
   * @param followed what a reader got that began before the first entry
   */
  public static List<String> complaints(
      Map<String, List<JournalEntry>> own, List<HostEntry> followed) {
    var audit = new StreamAudit(own);
    own.forEach(audit::whole);
    followed.forEach(audit::next);
    own.forEach(audit::end);
    return audit.complaints;
  }

  /** A record is a chain without gaps. */
  private void whole(String host, List<JournalEntry> entries) {
    for (var index = 0; index < entries.size(); index++) {
      var entry = new HostEntry(host, entries.get(index));
      if (entry.entry().getSequence() != index + 1) {
        complaints.add(
            "%s: is at place %d of its host's record".formatted(entry.text(), index + 1));
        return;
      }
      if (index > 0 && !entry.entry().getPreviousHash().equals(entries.get(index - 1).getHash())) {
        complaints.add("%s: does not follow the entry before it".formatted(entry.text()));
      }
    }
  }

  private void next(HostEntry followed) {
    var entries = own.get(followed.host());
    if (entries == null) {
      complaints.add("%s: was followed, but there is no such host".formatted(followed.text()));
      return;
    }
    var place = read.getOrDefault(followed.host(), 0);
    var sequence = followed.entry().getSequence();
    if (sequence <= place) {
      complaints.add(
          "%s: came again, or late: the reader was at %d".formatted(followed.text(), place));
      return;
    }
    if (sequence > place + 1) {
      complaints.add(
          "%s: came, but %d to %d did not".formatted(followed.text(), place + 1, sequence - 1));
    }
    if (sequence > entries.size()
        || !entries.get((int) sequence - 1).getHash().equals(followed.entry().getHash())) {
      complaints.add("%s: is not what its host has in its record".formatted(followed.text()));
    }
    read.put(followed.host(), (int) sequence);
  }

  private void end(String host, List<JournalEntry> entries) {
    var place = read.getOrDefault(host, 0);
    if (place < entries.size()) {
      complaints.add("%s: %d to %d never came".formatted(host, place + 1, entries.size()));
    }
  }
}
