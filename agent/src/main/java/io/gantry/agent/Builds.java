package io.gantry.agent;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import io.gantry.protocol.v1.ResourceSpec;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Images made from Dockerfiles. */
public interface Builds {
  /**
   * What a build is asked to do, as Docker's API has it.
   *
   * @param id by which it can be cancelled; empty: it cannot
   * @param dockerfile path in the context; empty: "Dockerfile"
   * @param remote a git repository, an archive or a Dockerfile somewhere else; empty: the context
   *     comes with the request
   * @param names the image is to have
   * @param arguments name to value; an empty value: the Dockerfile's own default
   * @param target stage to build; empty: the last
   * @param platform "os[/architecture[/variant]]"; empty: the host's
   * @param registries what to show to registries, by their names
   * @param cacheFrom images whose layers may serve as cache
   * @param keepContainers those of successful steps stay
   * @param removeAlways those of failed steps go, too
   */
  record Request(
      String id,
      String dockerfile,
      String remote,
      List<String> names,
      Map<String, Optional<String>> arguments,
      Map<String, String> labels,
      String target,
      String platform,
      Map<String, Credentials> registries,
      List<String> cacheFrom,
      boolean noCache,
      boolean pull,
      boolean keepContainers,
      boolean removeAlways,
      Surroundings surroundings) {}

  /** What the containers of RUN steps are given. */
  record Surroundings(
      ResourceSpec resources,
      long shmSizeBytes,
      String networkMode,
      List<String> extraHosts,
      List<String> securityOptions) {}

  /** What a build tells while it goes on. The last one is {@code Succeeded} or {@code Failed}. */
  sealed interface Output {
    /** Text as it is to be shown, with its line ends. */
    record Text(String text) implements Output {}

    /** A pull the build waits for. */
    record Pulling(Transfer transfer) implements Output {}

    /** A stage is complete. */
    record Made(String imageId) implements Output {}

    record Succeeded(String imageId, List<String> names) implements Output {}

    /**
     * @param code exit code of the step that failed; 0: it was no process that failed
     * @param message in Docker's words
     */
    record Failed(int code, String message) implements Output {}
  }

  /**
   * Completes when the context has come and its Dockerfile was understood, or with why not. The
   * build runs while its output is read: who cancels the stream cancels the build, which then
   * leaves nothing but the cache of what worked.
   *
   * @param context read and closed by a thread of the build's
   */
  CompletionStage<Outcome<Source<Output, NotUsed>>> build(
      Caller caller, Request request, InputStream context);

  /** Of a build that runs: false when there is none of that id. */
  boolean cancel(Caller caller, String buildId);

  /**
   * The result of a step, kept for the next build.
   *
   * @param id its key
   * @param parent key of the step before it; empty: none
   * @param type "regular", or "exec.cachemount"
   * @param bytes on the disk that go when it goes and nothing else needs them
   * @param shared some image needs them, too
   */
  record CacheRecord(
      String id,
      String parent,
      String type,
      String description,
      long bytes,
      Instant created,
      Instant lastUsed,
      long usages,
      boolean inUse,
      boolean shared) {}

  Collection<CacheRecord> cache();

  /**
   * @param all also what is still part of an image
   * @param unusedFor only what was not used for that long
   * @param keepBytes stop when no more than this is left; 0: do not
   * @param which only such
   */
  record Prune(boolean all, Optional<Duration> unusedFor, long keepBytes, CacheChoice which) {}

  /**
   * Results of steps by what they are; what is empty chooses all.
   *
   * @param id beginning of it
   */
  record CacheChoice(
      Optional<String> id,
      Optional<String> parent,
      Optional<String> type,
      Optional<String> description,
      Optional<Boolean> inUse,
      Optional<Boolean> shared) {
    public boolean includes(CacheRecord one) {
      return id.map(one.id()::startsWith).orElse(true)
          && parent.map(one.parent()::equals).orElse(true)
          && type.map(one.type()::equals).orElse(true)
          && description.map(one.description()::equals).orElse(true)
          && inUse.map(asked -> asked == one.inUse()).orElse(true)
          && shared.map(asked -> asked == one.shared()).orElse(true);
    }
  }

  record Pruned(List<String> ids, long bytes) {}

  CompletionStage<Outcome<Pruned>> prune(Caller caller, Prune prune);
}
