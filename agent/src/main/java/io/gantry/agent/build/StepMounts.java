package io.gantry.agent.build;

import io.gantry.agent.build.language.IgnoreRules;
import io.gantry.agent.build.language.RunMount;
import io.gantry.agent.host.kernel.tree.ByteStrings;
import io.gantry.agent.host.kernel.tree.Tree;
import io.gantry.protocol.v1.MountSpec;
import io.gantry.protocol.v1.StorageSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What a RUN step sees beside its root, held for as long as it runs. */
final class StepMounts implements AutoCloseable {
  private interface Held {
    void release() throws IOException;
  }

  private final Workshop workshop;
  private final Build build;
  private final Sources sources;
  private final StorageSpec.Builder spec = StorageSpec.newBuilder();
  private final Deque<Held> held = new ArrayDeque<>();

  private StepMounts(Workshop workshop, Build build, Sources sources) {
    this.workshop = workshop;
    this.build = build;
    this.sources = sources;
  }

  static StepMounts prepare(
      Workshop workshop,
      Build build,
      Sources sources,
      List<RunMount> mounts,
      Optional<String> script)
      throws IOException, BuildFailed, InterruptedException {
    var prepared = new StepMounts(workshop, build, sources);
    try {
      for (var mount : mounts) {
        prepared.add(mount);
      }
      if (script.isPresent()) {
        prepared.script(script.get());
      }
      return prepared;
    } catch (IOException | BuildFailed | InterruptedException | RuntimeException e) {
      prepared.close();
      throw e;
    }
  }

  StorageSpec spec() {
    return spec.build();
  }

  private void add(RunMount mount) throws IOException, BuildFailed, InterruptedException {
    switch (mount.type()) {
      case BIND -> bind(mount);
      case CACHE -> cache(mount);
      case TMPFS ->
          spec.addMounts(
              MountSpec.newBuilder()
                  .setType("tmpfs")
                  .setTarget(target(mount))
                  .setTmpfsSizeBytes(mount.size()));
      case SECRET -> {
        if (mount.required()) {
          throw new BuildFailed(
              "secret %s: not found: the classic build API carries no secrets"
                  .formatted(mount.id().isEmpty() ? mount.target() : mount.id()));
        }
      }
      case SSH -> {
        if (mount.required()) {
          throw new BuildFailed(
              "unset ssh forward key %s: the classic build API carries no agents"
                  .formatted(mount.id().isEmpty() ? "default" : mount.id()));
        }
      }
    }
  }

  private static String target(RunMount mount) throws BuildFailed {
    if (!mount.target().startsWith("/")) {
      throw new BuildFailed("mount target \"%s\" is not absolute".formatted(mount.target()));
    }
    return mount.target();
  }

  private void bind(RunMount mount) throws IOException, BuildFailed, InterruptedException {
    var from = mount.from().isEmpty() ? Optional.<String>empty() : Optional.of(mount.from());
    var opened = sources.open(from);
    held.push(opened::close);
    var readOnly = mount.readOnly().orElse(true);
    var files = opened.files();
    if (!readOnly) {
      // What is written is thrown away with the layer it goes to.
      var scratch = Scratch.over(workshop, files.root());
      held.push(scratch::close);
      files = ContextFiles.of(scratch.root(), files.hidden(), Map.of());
    }
    try (var tree = new SourceTree(files)) {
      var found = tree.find(mount.source()).getFirst();
      Path place;
      try (var parent = tree.tree().directory(found.parent())) {
        var directory = tree.tree().path(parent);
        place =
            found.leaf().equals(".")
                ? directory
                : directory.resolve(ByteStrings.toText(found.leaf()));
      }
      spec.addMounts(bound(place, target(mount), readOnly));
    }
  }

  private static MountSpec bound(Path source, String target, boolean readOnly) {
    return MountSpec.newBuilder()
        .setType("bind")
        .setSource(source.toString())
        .setTarget(target)
        .setReadOnly(readOnly)
        .build();
  }

  private void cache(RunMount mount) throws IOException, BuildFailed, InterruptedException {
    var place =
        mount.from().isEmpty()
            ? CacheMounts.take(workshop, mount, "", CacheMounts.EMPTY)
            : CacheMounts.take(
                workshop,
                mount,
                sources.state(mount.from()).foundation() + "\n" + mount.source(),
                directory -> fill(mount, directory));
    held.push(place::close);
    spec.addMounts(bound(place.directory(), target(mount), mount.readOnly().orElse(false)));
  }

  /** What a cache begins with. */
  private void fill(RunMount mount, Path directory)
      throws IOException, BuildFailed, InterruptedException {
    try (var opened = sources.open(Optional.of(mount.from()));
        var from = new SourceTree(opened.files());
        var to = Tree.open(directory)) {
      var found = from.find(mount.source()).getFirst();
      if (!found.status().isDirectory()) {
        throw new BuildFailed("a cache cannot begin with a file: %s".formatted(mount.source()));
      }
      new Placing(to, Placing.Owner.ROOT, OptionalInt.empty())
          .contents(from, found, "/", IgnoreRules.NONE);
    }
  }

  private void script(String text) throws IOException {
    var file = Files.createTempFile(build.directory(), "script", "");
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    held.push(() -> Files.deleteIfExists(file));
    spec.addMounts(bound(file, RunStep.Script.PLACE, true));
  }

  @Override
  public void close() throws IOException {
    IOException first = null;
    while (!held.isEmpty()) {
      try {
        held.pop().release();
      } catch (IOException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
