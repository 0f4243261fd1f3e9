package io.gantry.agent;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.EndpointSpec;
import io.gantry.protocol.v1.Exec;
import io.gantry.protocol.v1.ExecSpec;
import io.gantry.protocol.v1.ResourceSpec;
import io.gantry.protocol.v1.RestartPolicy;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;

/**
 * Containers of an engine. {@code reference} is an id, a unique prefix of one, or a name with or
 * without a leading slash; an unknown one is refused with NOT_FOUND "No such container: REFERENCE".
 * Lists and inspects answer at once from published views; everything else is decided by the
 * container's actor.
 */
public interface Containers {
  // -- life cycle
  // ------------------------------------------------------------------------------------------------------

  /** {@code spec} as the client gave it; the engine merges the image's configuration into it. */
  CompletionStage<Outcome<Creation>> create(
      Caller caller, Optional<String> name, ContainerSpec spec);

  record Creation(Container container, List<String> warnings) {}

  /** Answers when the process runs, or with why it does not. Unchanged: it runs already. */
  CompletionStage<Outcome<Container>> start(Caller caller, String reference);

  /**
   * Answers when it has exited. Empty values: the container's own. A negative grace waits for ever.
   */
  CompletionStage<Outcome<Container>> stop(
      Caller caller, String reference, Optional<String> signal, OptionalInt graceSeconds);

  CompletionStage<Outcome<Container>> restart(
      Caller caller, String reference, Optional<String> signal, OptionalInt graceSeconds);

  /**
   * Returns once the signal is sent. {@code signal}: name with or without SIG, or number; empty:
   * KILL.
   */
  CompletionStage<Outcome<Container>> kill(Caller caller, String reference, String signal);

  CompletionStage<Outcome<Container>> pause(Caller caller, String reference);

  CompletionStage<Outcome<Container>> unpause(Caller caller, String reference);

  CompletionStage<Outcome<Container>> rename(Caller caller, String reference, String newName);

  CompletionStage<Outcome<Container>> update(
      Caller caller,
      String reference,
      Optional<ResourceSpec> resources,
      Optional<RestartPolicy> policy);

  /** Answers when it is gone. */
  CompletionStage<Outcome<Container>> remove(
      Caller caller, String reference, boolean force, boolean volumes);

  CompletionStage<Outcome<Container>> connect(
      Caller caller, String reference, String network, EndpointSpec endpoint);

  CompletionStage<Outcome<Container>> disconnect(
      Caller caller, String reference, String network, boolean force);

  /** Completes as soon as the wait is registered; the inner stage when its condition holds. */
  CompletionStage<Outcome<PendingExit>> await(String reference, WaitCondition condition);

  enum WaitCondition {
    NOT_RUNNING,
    NEXT_EXIT,
    REMOVED
  }

  /**
   * A wait that goes on until its condition holds, which may be never.
   *
   * @param forget ends it when nobody is interested any more; may be repeated
   */
  record PendingExit(CompletionStage<ExitResult> exit, Runnable forget) {
    /** One whose end cannot be long. */
    public PendingExit(CompletionStage<ExitResult> exit) {
      this(exit, () -> {});
    }

    /** The result, once; who cancels is not interested any more. */
    public Source<ExitResult, NotUsed> result() {
      return Source.completionStage(exit)
          .watchTermination(
              (_, over) -> {
                over.whenComplete((_, _) -> forget.run());
                return NotUsed.getInstance();
              });
    }
  }

  /** {@code error} is empty unless the wait could not learn a true code. */
  record ExitResult(int code, String error) {}

  // -- reading
  // ---------------------------------------------------------------------------------------------------------

  Outcome<Container> inspect(String reference);

  Collection<Container> list();

  /** Bytes of the writable layer, and of it with the image below. Walks the disk. */
  CompletionStage<Outcome<Sizes>> sizes(String reference);

  record Sizes(long writableBytes, long rootBytes) {}

  Outcome<Source<LogLine, NotUsed>> logs(String reference, LogQuery query);

  /** As {@link #logs}, with many lines in one element: for whoever moves much. */
  default Outcome<Source<LogBatch, NotUsed>> logBatches(String reference, LogQuery query) {
    return logs(reference, query).map(lines -> lines.map(LogBatch::of));
  }

  record LogQuery(
      boolean stdout,
      boolean stderr,
      boolean follow,
      Optional<Instant> since,
      Optional<Instant> until,
      OptionalInt tail) {}

  /** {@code data} ends with the newline it was written with, if any. */
  record LogLine(Stream stream, Instant time, ByteString data) {}

  enum Stream {
    STDOUT,
    STDERR
  }

  /** As `ps` gives it, one row a process. {@code psArguments} empty: "-ef". */
  CompletionStage<Outcome<ProcessTable>> top(
      Caller caller, String reference, List<String> psArguments);

  record ProcessTable(List<String> titles, List<List<String>> rows) {}

  /** One sample a second while {@code stream}, else one; ends when the container is removed. */
  Outcome<Source<Stats, NotUsed>> stats(String reference, boolean stream, boolean oneShot);

  // -- stdio
  // -----------------------------------------------------------------------------------------------------------

  /** Also before the start, then nothing of the output is lost. */
  CompletionStage<Outcome<Attachment>> attach(
      Caller caller, String reference, AttachOptions options);

  record AttachOptions(
      boolean logs,
      boolean stream,
      boolean stdin,
      boolean stdout,
      boolean stderr,
      Optional<String> detachKeys) {}

  CompletionStage<Outcome<Container>> resize(
      Caller caller, String reference, int height, int width);

  CompletionStage<Outcome<Exec>> createExec(Caller caller, String reference, ExecSpec spec);

  /** Empty inside Done: it was started detached. */
  CompletionStage<Outcome<Optional<Attachment>>> startExec(
      Caller caller, String execId, boolean detach, Optional<ConsoleSize> size);

  record ConsoleSize(int height, int width) {}

  Outcome<Exec> inspectExec(String execId);

  CompletionStage<Outcome<Exec>> resizeExec(Caller caller, String execId, int height, int width);
}
