package io.gantry.agent.host.runtime;

import io.gantry.agent.host.OciRuntime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** conmon's command line (conmon(8)) for a run or an exec. */
final class ConmonCommand {
  private final List<String> words = new ArrayList<>();

  /** {@code --sync}: it forks once, so it stays the agent's child while the agent lives. */
  ConmonCommand(Path conmon, OciRuntime.Invocation runtime, RunFiles files, String label) {
    add(conmon.toString(), "--api-version", "1", "--sync");
    add("--cid", files.name(), "--cuuid", label, "--name", label);
    add("--bundle", files.directory().toString(), "--full-attach");
    add("--persist-dir", files.directory().toString());
    add("--exit-dir", files.directory().toString());
    add("--container-pidfile", files.pidFile().toString());
    add("--no-sync-log", "--log-level", "error");
    add("--runtime", runtime.command().getFirst());
    runtime.command().stream().skip(1).forEach(word -> add("--runtime-arg", word));
  }

  ConmonCommand log(Optional<Path> file, long maxBytes) {
    add("--log-path", file.map(path -> "k8s-file:" + path).orElse("none"));
    if (file.isPresent() && maxBytes > 0) {
      add("--log-size-max", Long.toString(maxBytes));
    }
    return this;
  }

  ConmonCommand terminal(boolean tty) {
    if (tty) {
      add("--terminal");
    }
    return this;
  }

  ConmonCommand stdin(boolean open, boolean once) {
    if (open) {
      add("--stdin");
    }
    if (open && !once) {
      add("--leave-stdin-open");
    }
    return this;
  }

  /** {@code attached}: the process waits until its client is connected. */
  ConmonCommand exec(Path processSpec, boolean attached) {
    add("--exec", "--exec-process-spec", processSpec.toString());
    if (attached) {
      add("--exec-attach");
    }
    return this;
  }

  List<String> words() {
    return List.copyOf(words);
  }

  private void add(String... more) {
    words.addAll(List.of(more));
  }
}
