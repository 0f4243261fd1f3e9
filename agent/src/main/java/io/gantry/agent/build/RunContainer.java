package io.gantry.agent.build;

import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.gantry.agent.Attachment;
import io.gantry.agent.ContainerId;
import io.gantry.agent.Containers.AttachOptions;
import io.gantry.agent.Containers.Stream;
import io.gantry.agent.Containers.WaitCondition;
import io.gantry.agent.Outcome;
import io.gantry.agent.build.RunStep.Script;
import io.gantry.agent.build.language.RunMount;
import io.gantry.agent.host.kernel.PlainRename;
import io.gantry.agent.image.Layer;
import io.gantry.protocol.v1.ContainerNetworkSpec;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.HealthcheckSpec;
import io.gantry.protocol.v1.LogSpec;
import io.gantry.protocol.v1.MountSpec;
import io.gantry.protocol.v1.ProcessSpec;
import io.gantry.protocol.v1.SecuritySpec;
import io.gantry.protocol.v1.StorageSpec;
import io.gantry.protocol.v1.StringList;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

/**
 * The container of one RUN step: created, watched and, when it has ended well, made a layer. One
 * that failed stays, so that one can look into it, unless the client wants it gone. Interrupted: it
 * is removed.
 */
final class RunContainer {
  /** Says of a container which build it belongs to, to an agent that finds it later. */
  static final String ANNOTATION = "io.gantry.build";

  /** Around what a step says on stderr: clients have only one stream to show both on. */
  private static final String RED = "\u001b[91m";

  private static final String PLAIN = "\u001b[0m";

  private final Workshop workshop;
  private final Build build;
  private final StageState state;
  private final Sources sources;
  private final Transcript.Voice voice;

  RunContainer(
      Workshop workshop, Build build, StageState state, Sources sources, Transcript.Voice voice) {
    this.workshop = workshop;
    this.build = build;
    this.state = state;
    this.sources = sources;
    this.voice = voice;
  }

  Optional<String> run(
      Script script, List<String> environment, List<RunMount> mounts, Optional<String> network)
      throws IOException, BuildFailed, InterruptedException {
    if (state.image().getDiffIdsCount() == 0) {
      throw new BuildFailed(
          "OCI runtime create failed: exec: \"%s\": stat %s: no such file or directory"
              .formatted(script.words().getFirst(), script.words().getFirst()));
    }
    try (var mounted = StepMounts.prepare(workshop, build, sources, mounts, script.file())) {
      var id = create(spec(script, environment, network, mounted.spec()));
      try {
        return Optional.of(run(id, script, mounted.spec()).diffId().toString());
      } catch (InterruptedException interrupted) {
        discard(id);
        throw interrupted;
      }
    }
  }

  private Layer run(ContainerId id, Script script, StorageSpec mounts)
      throws IOException, BuildFailed, InterruptedException {
    voice.say(" ---> Running in %s\n".formatted(id.abbreviated()));
    var code = 0;
    try {
      code = await(id);
    } catch (BuildFailed failed) {
      removeIfAsked(id);
      throw failed;
    }
    if (code != 0) {
      removeIfAsked(id);
      throw new BuildFailed(
          code,
          "The command '%s' returned a non-zero code: %d"
              .formatted(String.join(" ", script.shown()), code));
    }
    return commit(id, mounts.getMountsList().stream().map(MountSpec::getTarget).toList());
  }

  private void removeIfAsked(ContainerId id) throws BuildFailed, InterruptedException {
    if (build.request().removeAlways()) {
      remove(id);
      voice.say(" ---> Removed intermediate container %s\n".formatted(id.abbreviated()));
    }
  }

  private ContainerSpec spec(
      Script script, List<String> environment, Optional<String> network, StorageSpec storage) {
    var surroundings = build.request().surroundings();
    var mode = network.filter(one -> !one.equals("default")).orElse(surroundings.networkMode());
    return ContainerSpec.newBuilder()
        .setImage(state.imageId())
        .setProcess(
            ProcessSpec.newBuilder()
                .setEntrypoint(StringList.newBuilder().addValues(""))
                .setCmd(StringList.newBuilder().addAllValues(script.words()))
                .addAllEnv(environment)
                .setAttachStdout(true)
                .setAttachStderr(true))
        .setHealthcheck(
            HealthcheckSpec.newBuilder().setTest(StringList.newBuilder().addValues("NONE")))
        .setResources(surroundings.resources())
        .setSecurity(
            SecuritySpec.newBuilder()
                .setUsernsMode("host") // what it writes becomes a layer
                .addAllSecurityOpt(surroundings.securityOptions()))
        .setStorage(storage.toBuilder().setShmSizeBytes(surroundings.shmSizeBytes()))
        .setNetwork(
            ContainerNetworkSpec.newBuilder()
                .setMode(mode)
                .addAllExtraHosts(surroundings.extraHosts()))
        .setLog(LogSpec.newBuilder().setDriver("none"))
        .putAnnotations(ANNOTATION, build.id())
        .build();
  }

  private ContainerId create(ContainerSpec spec) throws BuildFailed, InterruptedException {
    var creation =
        require(get(workshop.containers().create(build.caller(), Optional.empty(), spec)));
    return new ContainerId(creation.container().getId());
  }

  /** Runs it to its end and passes on what it says. */
  private int await(ContainerId id) throws BuildFailed, InterruptedException {
    var containers = workshop.containers();
    var reference = id.value();
    var attachment =
        require(
            get(
                containers.attach(
                    build.caller(),
                    reference,
                    new AttachOptions(false, true, false, true, true, Optional.empty()))));
    var output =
        Source.<ByteString>empty()
            .via(attachment.stdio())
            .runWith(Sink.<Attachment.Chunk>queue(), workshop.materializer());
    var exit = require(get(containers.await(reference, WaitCondition.NEXT_EXIT))).exit();
    var started = get(containers.start(build.caller(), reference));
    if (started instanceof Outcome.Refused<?> refused) {
      output.cancel();
      throw new BuildFailed(refused.message());
    }
    var text = new Utf8Text();
    for (var next = get(output.pull()); next.isPresent(); next = get(output.pull())) {
      var said = text.decode(next.get());
      if (!said.isEmpty()) {
        voice.say(next.get().stream() == Stream.STDERR ? RED + said + PLAIN : said);
      }
    }
    var result = get(exit);
    if (!result.error().isEmpty()) {
      throw new BuildFailed(result.error());
    }
    return result.code();
  }

  private Layer commit(ContainerId id, List<String> targets)
      throws IOException, BuildFailed, InterruptedException {
    workshop.roots().unmount(id);
    var upper = workshop.roots().writableLayer(id);
    if (!targets.isEmpty()) {
      MountStubs.remove(upper, Scratch.layers(workshop, state), targets);
    }
    if (build.request().keepContainers()) {
      return workshop.store().layers().ingestDifferences(upper, build.lease());
    }
    // Taken away from the container first, so that its removal and the hashing go on together.
    var place = workshop.scratch().writableLayer(Workshop.fresh());
    var home = Objects.requireNonNull(place.getParent());
    Files.createDirectories(home);
    PlainRename.move(upper, place);
    try {
      var removal = workshop.containers().remove(build.caller(), id.value(), true, true);
      var layer = workshop.store().layers().adoptDifferences(place, build.lease());
      require(get(removal));
      voice.say(" ---> Removed intermediate container %s\n".formatted(id.abbreviated()));
      return layer;
    } finally {
      // What is left is a layer that was here already, file by file: nobody need wait for that.
      Deletions.later(home);
    }
  }

  private void remove(ContainerId id) throws BuildFailed, InterruptedException {
    require(get(workshop.containers().remove(build.caller(), id.value(), true, true)));
  }

  /** Also when this thread is to end: nothing may be left of a cancelled build. */
  private void discard(ContainerId id) {
    workshop
        .containers()
        .remove(build.caller(), id.value(), true, true)
        .toCompletableFuture()
        .join();
  }

  private static <T> T get(CompletionStage<T> stage) throws BuildFailed, InterruptedException {
    try {
      return stage.toCompletableFuture().get();
    } catch (ExecutionException e) {
      var cause = e.getCause() == null ? e : e.getCause();
      throw new BuildFailed(String.valueOf(cause.getMessage()));
    }
  }

  private static <T> T require(Outcome<T> outcome) throws BuildFailed {
    return switch (outcome) {
      case Outcome.Done<T>(var value) -> value;
      case Outcome.Unchanged<T>(var value) -> value;
      case Outcome.Refused<T>(_, var message) -> throw new BuildFailed(message);
    };
  }
}
