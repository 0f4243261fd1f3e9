package io.gantry.agent.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.host.kernel.Tree;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.compress.compressors.CompressorStreamFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The store of layers on the real disk. Needs root: the tars bring owners. */
@Tag("host")
class LayerStoreIT {
  private Path home;
  private LayerStore store;

  @BeforeEach
  void open() throws Exception {
    home = Files.createTempDirectory("gantry-layers-");
    store = LayerStore.open(home, LayerLimits.DEFAULT);
  }

  @AfterEach
  void delete() throws Exception {
    store.awaitDeletions();
    Tree.delete(home);
  }

  private static byte[] tar(String content) throws IOException {
    return new TestTar().file("file", content, 0644).bytes();
  }

  private static byte[] packed(byte[] bytes, String how) throws Exception {
    var packed = new ByteArrayOutputStream();
    try (OutputStream out =
        new CompressorStreamFactory().createCompressorOutputStream(how, packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gz", "zstd", "xz", "bzip2"})
  void everyCompressionIsRecognised(String how) throws Exception {
    var tar = tar("hello");
    try (var lease = store.lease()) {
      var layer = store.ingest(new ByteArrayInputStream(packed(tar, how)), lease);

      assertThat(layer.diffId()).isEqualTo(Digest.of(tar));
      assertThat(layer.directory().resolve("file")).hasContent("hello");
      try (var again = store.tar(layer.diffId())) {
        assertThat(again.readAllBytes()).isEqualTo(tar);
      }
    }
  }

  @Test
  void manyWhoWantTheSameLayerUnpackItOnce() throws Exception {
    var tar = tar("shared");
    var opened = new AtomicInteger();
    var go = new CountDownLatch(1);
    try (var threads = Executors.newFixedThreadPool(6);
        var lease = store.lease()) {
      var layers = new ArrayList<Future<Layer>>();
      for (var i = 0; i < 6; i++) {
        layers.add(
            threads.submit(
                () -> {
                  go.await();
                  return store.ingest(
                      () -> {
                        opened.incrementAndGet();
                        return new ByteArrayInputStream(tar);
                      },
                      Digest.of(tar),
                      lease);
                }));
      }
      go.countDown();
      for (var layer : layers) {
        assertThat(layer.get()).isEqualTo(layers.getFirst().get());
      }
    }
    assertThat(opened).hasValue(1);
  }

  @Test
  void otherBytesThanPromisedAreRefusedAndLeaveNothing() throws Exception {
    var promised = Digest.of(tar("promised"));
    var found = Digest.of(tar("found"));
    try (var lease = store.lease()) {
      assertThatThrownBy(
              () -> store.ingest(() -> new ByteArrayInputStream(tar("found")), promised, lease))
          .isInstanceOf(BadImage.class)
          .hasMessage("cannot unpack layer %s: digest is %s".formatted(promised, found));
    }
    assertThat(store.all()).isEmpty();
    assertThat(home.resolve("incoming")).isEmptyDirectory();
    assertThat(home.resolve(found.hex())).doesNotExist();
  }

  @Test
  void whatACrashLeftIsSweptAndWhatIsCompleteIsKnownAgain() throws Exception {
    Layer layer;
    try (var lease = store.lease()) {
      layer = store.ingest(new ByteArrayInputStream(tar("kept")), lease);
    }
    Files.createDirectories(home.resolve("incoming/layer-9/fs/half"));

    var next = LayerStore.open(home, LayerLimits.DEFAULT);

    assertThat(next.all()).containsExactly(layer);
    assertThat(home.resolve("incoming")).isEmptyDirectory();
  }

  @Test
  void aLeasedLayerIsNotRemoved() throws Exception {
    var lease = store.lease();
    var layer = store.ingest(new ByteArrayInputStream(tar("x")), lease);

    assertThat(store.removeAllBut(_ -> false)).isZero();
    assertThat(store.all()).containsExactly(layer);
    lease.close();

    assertThat(store.removeAllBut(_ -> false)).isEqualTo(1);
    assertThat(store.all()).isEmpty();
    store.awaitDeletions();
    assertThat(home.resolve("incoming")).isEmptyDirectory();
    assertThat(layer.directory()).doesNotExist();
  }

  @Test
  void aBombIsRefusedAtTheBound() throws Exception {
    var small = LayerStore.open(home, new LayerLimits(1 << 20, 1000, 10));
    var bomb =
        packed(new TestTar().file("zeros", new byte[8 << 20], 0644, 0, 0, Map.of()).bytes(), "gz");
    try (var lease = small.lease()) {
      assertThatThrownBy(() -> small.ingest(new ByteArrayInputStream(bomb), lease))
          .isInstanceOf(BadImage.class)
          .hasMessage("layer is larger than 1048576 bytes");
    }
    assertThat(home.resolve("incoming")).isEmptyDirectory();
  }

  @Test
  void layersThatComeAndGoAtTheSameTimeAreNeverHalfThere() throws Exception {
    var tars = List.of(tar("a"), tar("b"), tar("c"));
    try (var threads = Executors.newFixedThreadPool(4)) {
      var runs = new ArrayList<Future<?>>();
      for (var i = 0; i < 4; i++) {
        var tar = tars.get(i % 3);
        runs.add(
            threads.submit(
                () -> {
                  for (var n = 0; n < 20; n++) {
                    try (var lease = store.lease()) {
                      var layer =
                          store.ingest(() -> new ByteArrayInputStream(tar), Digest.of(tar), lease);
                      assertThat(layer.directory().resolve("file")).exists();
                    }
                    store.removeAllBut(_ -> false);
                  }
                  return null;
                }));
      }
      for (var run : runs) {
        run.get();
      }
    }
    store.removeAllBut(_ -> false);
    assertThat(store.all()).isEmpty();
  }
}
