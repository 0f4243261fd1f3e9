package io.gantry.agent.host.cgroup;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.kernel.Beneath;
import io.gantry.agent.host.kernel.Descriptor;
import io.gantry.agent.host.kernel.PolledChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.InterruptedByTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the kernel says about processes that it kills for want of memory (/dev/kmsg). */
final class KernelLog {
  private static final Path MESSAGES = Path.of("/dev/kmsg");
  private static final Duration NOTHING_MORE = Duration.ofMillis(2);
  private static final int LONGEST = 8192;
  private static final int MOST = 50_000;
  private static final Pattern KILL =
      Pattern.compile(
          "oom-kill:constraint=(\\w+),.*?(?:oom_memcg=([^,\\n]*),)?(?:task_memcg=([^,\\n]*),)"
              + "task=(.{0,32}),pid=(\\d{1,9}),");

  /**
   * @param limitedGroup whose limit was hit; "/": none but the machine's own
   */
  record Kill(String limitedGroup, String group, String task, long pid) {}

  private KernelLog() {}

  /** In this container's group, or below. Empty: the kernel does not say, or not any more. */
  static Optional<Kill> lastKill(ContainerId id) {
    var last = Optional.<Kill>empty();
    try (var log =
        new PolledChannel(Descriptor.open(MESSAGES, Beneath.O_RDONLY | Beneath.O_NONBLOCK))) {
      var record = ByteBuffer.allocate(LONGEST);
      for (var count = 0; count < MOST && log.read(record.clear(), NOTHING_MORE) > 0; count++) {
        var kill = parse(StandardCharsets.ISO_8859_1.decode(record.flip()).toString());
        if (kill.map(one -> one.group().contains(id.value())).orElse(false)) {
          last = kill;
        }
      }
      return last;
    } catch (InterruptedByTimeoutException end) {
      return last;
    } catch (IOException unreadable) {
      // Not permitted, or records were overwritten while they were read.
      return last;
    }
  }

  /** One record: "PRIORITY,NUMBER,TIME,-;TEXT". */
  static Optional<Kill> parse(String record) {
    var found = KILL.matcher(record);
    if (!found.find()) {
      return Optional.empty();
    }
    var limited = found.group(2);
    return Optional.of(
        new Kill(
            found.group(1).equals("CONSTRAINT_MEMCG") && limited != null ? limited : "/",
            found.group(3),
            found.group(4),
            Long.parseLong(found.group(5))));
  }
}
