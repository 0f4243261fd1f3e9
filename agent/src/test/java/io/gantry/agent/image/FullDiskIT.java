package io.gantry.agent.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.Caller;
import io.gantry.agent.Outcome;
import io.gantry.agent.host.kernel.Mounts;
import io.gantry.protocol.ErrorKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A disk that is full: clear errors, nothing half-made, and it works again without a restart. */
@Tag("host")
class FullDiskIT {
  private Path disk;
  private ImageRoom room;

  @BeforeEach
  void open() throws Exception {
    disk = Files.createTempDirectory("gantry-full-disk-");
    Mounts.mount("gantry-full-disk", disk, "tmpfs", 0, "size=4m");
    room = new ImageRoom(disk);
  }

  @AfterEach
  void close() throws Exception {
    room.close();
    Mounts.detach(disk);
    Files.deleteIfExists(disk);
  }

  private static byte[] tar(int size) throws Exception {
    var noise = new byte[size];
    new Random(1).nextBytes(noise);
    return new TestTar().file("noise", noise, 0644, 0, 0, Map.of()).bytes();
  }

  @Test
  void anImageThatDoesNotFitIsRefusedAndLeavesTheRoomItTook() throws Exception {
    room.importRoot(tar(100_000), "small:1");
    var before = Files.getFileStore(disk).getUsableSpace();

    var outcome =
        ImageRoom.await(
            room.images.importRoot(
                Caller.ENGINE,
                new java.io.ByteArrayInputStream(tar(6_000_000)),
                Optional.of("large:1"),
                "",
                List.of(),
                ""));

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> {
              assertThat(refused.kind()).isEqualTo(ErrorKind.EXHAUSTED);
              assertThat(refused.message())
                  .startsWith("cannot import an image: ")
                  .endsWith("no space left on device");
            });
    assertThat(room.images.list()).extracting(i -> i.getRepoTags(0)).containsExactly("small:1");
    assertThat(Files.getFileStore(disk).getUsableSpace()).isEqualTo(before);
    assertThat(room.importRoot(tar(200_000), "next:1").getRepoTags(0)).isEqualTo("next:1");
  }
}
