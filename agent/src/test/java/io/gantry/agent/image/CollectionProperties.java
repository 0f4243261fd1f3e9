package io.gantry.agent.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.host.kernel.Tree;
import io.gantry.protocol.v1.Image;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterTry;

/**
 * The store against a model of what is needed: whatever comes, goes, is swept or crashes in any
 * order, nothing that an image, a container or a lease needs is ever missing, and after a sweep
 * nothing else is left. Runs without root: the layers are empty.
 */
class CollectionProperties {
  private static final int LAYERS = 4;

  private final List<Path> homes = new ArrayList<>();

  /** One thing that happens; {@code which} picks layers, images, leases or containers. */
  record Step(Kind kind, int which) {
    enum Kind {
      ARRIVE,
      RECORD,
      END_LEASE,
      REMOVE_IMAGE,
      CREATE_CONTAINER,
      REMOVE_CONTAINER,
      SWEEP,
      CRASH
    }
  }

  private final class Model {
    final Path home;
    ImageStore store;
    final Set<String> recorded = new HashSet<>();
    final Map<Integer, LayerStore.Lease> leases = new HashMap<>();
    final Map<Integer, Image> arrived = new HashMap<>();
    final Map<Integer, List<String>> containers = new HashMap<>();
    final Map<String, Image> images = new HashMap<>();

    Model() throws IOException {
      home = Files.createTempDirectory("gantry-collection-");
      homes.add(home);
      store = ImageStore.open(home, LayerLimits.DEFAULT);
    }

    void take(Step step) throws IOException {
      var which = step.which();
      switch (step.kind()) {
        case ARRIVE -> arrive(which);
        case RECORD -> {
          if (arrived.containsKey(which)) {
            recorded.add(arrived.get(which).getId());
          }
        }
        case END_LEASE -> {
          var lease = leases.remove(which);
          arrived.remove(which);
          if (lease != null) {
            lease.close();
          }
        }
        case REMOVE_IMAGE ->
            recorded.stream().sorted().skip(which).findFirst().ifPresent(recorded::remove);
        case CREATE_CONTAINER ->
            recorded.stream()
                .sorted()
                .skip(which)
                .findFirst()
                .ifPresent(id -> containers.put(which, images.get(id).getDiffIdsList()));
        case REMOVE_CONTAINER -> containers.remove(which);
        case SWEEP -> sweep();
        case CRASH -> crash();
      }
    }

    private void arrive(int which) throws IOException {
      if (leases.containsKey(which)) {
        return;
      }
      var lease = store.layers().lease();
      leases.put(which, lease);
      var image = Image.newBuilder().setOs("linux").setArchitecture("amd64");
      for (var number = which % 2; number <= which; number++) {
        var tar = new byte[1024 + 512 * (number % LAYERS)];
        image.addDiffIds(
            store.layers().ingest(new ByteArrayInputStream(tar), lease).diffId().toString());
      }
      var added = store.add(ConfigWriter.write(image.build()), lease);
      store.keep(manifestOf(added.getId()), lease);
      arrived.put(which, added);
      images.put(added.getId(), added);
    }

    private void sweep() throws IOException {
      store.sweep(
          recorded::contains,
          digest -> manifests().contains(digest.toString()),
          diffId -> containers.values().stream().anyMatch(all -> all.contains(diffId.toString())));
      var layers = store.layers().all().stream().map(layer -> layer.diffId().toString()).toList();
      assertThat(needed()).containsAll(layers);
      var blobs = new HashSet<>(manifests());
      blobs.addAll(recorded);
      arrived.values().forEach(image -> blobs.add(image.getId()));
      arrived.values().forEach(image -> blobs.add(digestOfManifest(image.getId())));
      try (var files = Files.list(home.resolve("content/sha256"))) {
        assertThat(files.map(file -> "sha256:" + file.getFileName())).isSubsetOf(blobs);
      }
    }

    /** As it would be in a registry; that the image has it is recorded with the image. */
    private static byte[] manifestOf(String id) {
      return ("manifest of " + id).getBytes(StandardCharsets.UTF_8);
    }

    private static String digestOfManifest(String id) {
      return Digest.of(manifestOf(id)).toString();
    }

    private Set<String> manifests() {
      return recorded.stream().map(Model::digestOfManifest).collect(Collectors.toSet());
    }

    /** Only what is on the disk and in the record is left of it, and the next start sweeps. */
    private void crash() throws IOException {
      leases.clear();
      arrived.clear();
      deleted();
      Files.createDirectories(home.resolve("layers/incoming/layer-9/fs"));
      store = ImageStore.open(home, LayerLimits.DEFAULT);
      var known = new HashSet<>(manifests());
      known.addAll(recorded);
      store.forgetAllBut(known);
      for (var id : recorded) {
        assertThat(store.recall(id)).isPresent();
      }
      sweep();
      deleted();
      assertThat(home.resolve("layers/incoming")).isEmptyDirectory();
    }

    private void deleted() throws IOException {
      try {
        store.layers().awaitDeletions();
      } catch (InterruptedException | ExecutionException e) {
        throw new IOException(e);
      }
    }

    Set<String> needed() {
      var needed = new HashSet<String>();
      recorded.forEach(id -> needed.addAll(images.get(id).getDiffIdsList()));
      arrived.values().forEach(image -> needed.addAll(image.getDiffIdsList()));
      containers.values().forEach(needed::addAll);
      return needed;
    }

    void check() throws IOException {
      for (var diffId : needed()) {
        var layer = store.layers().find(Digest.parse(diffId));
        assertThat(layer).as(diffId).isPresent();
        assertThat(layer.get().directory()).isDirectory();
        try (var tar = store.layers().tar(layer.get().diffId())) {
          assertThat(Digest.of(tar.readAllBytes()).toString()).isEqualTo(diffId);
        }
      }
      for (var id : recorded) {
        assertThat(store.find(id)).isPresent();
        assertThat(store.config(id)).isNotEmpty();
        assertThat(store.content().read(Digest.parse(digestOfManifest(id)))).isPresent();
      }
    }
  }

  @Property(tries = 60)
  void nothingNeededIsEverMissing(@ForAll("steps") List<Step> steps) throws IOException {
    var model = new Model();
    for (var step : steps) {
      model.take(step);
      model.check();
    }
    model.crash();
    model.check();
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    return Combinators.combine(
            Arbitraries.of(Step.Kind.class), Arbitraries.integers().between(0, 3))
        .as(Step::new)
        .list()
        .ofMinSize(5)
        .ofMaxSize(25);
  }

  @AfterTry
  void delete() throws IOException {
    for (var home : homes) {
      Tree.delete(home);
    }
    homes.clear();
  }
}
