package io.gantry.agent.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.host.kernel.Tree;
import io.gantry.agent.tar.TarWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A layer of very many small files. With {@code -Dgantry.test.entries=1000000}, and the agent's own
 * heap of 160 MB, it is the million of the promise (a minute or two).
 */
@Tag("host")
class ManyEntriesIT {
  private static final int ENTRIES = Integer.getInteger("gantry.test.entries", 20_000);
  private static final int A_DIRECTORY = 1000;

  private Path home;

  @BeforeEach
  void make() throws IOException {
    home = Files.createTempDirectory("gantry-many-entries-");
  }

  @AfterEach
  void delete() throws IOException {
    Tree.delete(home);
  }

  /** Made while it is read, a directory at a time. */
  private static InputStream tar() {
    return new SequenceInputStream(
        new Enumeration<InputStream>() {
          private int made;
          private boolean ended;

          @Override
          public boolean hasMoreElements() {
            return !ended;
          }

          @Override
          public InputStream nextElement() {
            if (ended) {
              throw new NoSuchElementException();
            }
            var out = new ByteArrayOutputStream();
            try {
              var tar = new TarWriter(out);
              if (made == ENTRIES) {
                tar.finish();
                ended = true;
              } else {
                directory(tar);
              }
            } catch (IOException impossible) {
              throw new IllegalStateException(impossible);
            }
            return new ByteArrayInputStream(out.toByteArray());
          }

          private void directory(TarWriter tar) throws IOException {
            var name = "d" + made / A_DIRECTORY + "/";
            tar.directory(name);
            made++;
            for (var i = 1; i < A_DIRECTORY && made < ENTRIES; i++, made++) {
              tar.file(name + i, new byte[] {(byte) i});
            }
          }
        });
  }

  @Test
  void aLayerOfVeryManyEntriesIsUnpacked() throws Exception {
    var store = LayerStore.open(home, LayerLimits.DEFAULT);
    try (var lease = store.lease()) {
      var layer = store.ingest(tar(), lease);

      var directories = (ENTRIES + A_DIRECTORY - 1) / A_DIRECTORY;
      assertThat(layer.size()).isEqualTo(ENTRIES - directories);
      try (var names = Files.list(layer.directory())) {
        assertThat(names).hasSize(directories);
      }
      try (var names = Files.list(layer.directory().resolve("d" + (directories - 1)))) {
        assertThat(names.toList()).hasSize(A_DIRECTORY - 1);
      }
    }
  }

  @Test
  void oneEntryMoreThanIsAllowedIsRefused() throws Exception {
    var store = LayerStore.open(home, new LayerLimits(64L << 30, ENTRIES - 1, 512));
    try (var lease = store.lease()) {
      assertThatThrownBy(() -> store.ingest(tar(), lease))
          .hasMessage("layer has more than %d entries".formatted(ENTRIES - 1));
      assertThat(store.all()).isEmpty();
    }
  }
}
