package io.gantry.agent.image.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.Credentials;
import io.gantry.agent.image.Digest;
import io.gantry.agent.image.Reference;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Blobs on their way to a registry that does not always let them through. */
class UploadsTest {
  private static final int SIZE = 100_000;
  private static final Duration ANSWER = Duration.ofSeconds(2);

  private final Random random = new Random(3);
  private TestRegistry registry;
  private RegistryClient client;

  @BeforeEach
  void open() throws IOException {
    registry = new TestRegistry();
    client =
        new RegistryClient(
            new RegistrySettings(
                Set.of(), List.of(), List.of(), Duration.ofSeconds(5), ANSWER, ANSWER, 3));
  }

  @AfterEach
  void close() {
    client.close();
    registry.close();
  }

  private Uploads uploads() {
    var reference = Reference.ofCanonical(registry.host() + "/c:1");
    return new Uploads(client.target(reference, Credentials.NONE));
  }

  private byte[] blob() {
    var bytes = new byte[SIZE];
    random.nextBytes(bytes);
    return bytes;
  }

  private void send(byte[] blob) throws IOException {
    var uploads = uploads();
    uploads.send(uploads.begin(), Digest.of(blob), blob.length, from -> from(blob, from));
    assertThat(registry.blob(Digest.of(blob)).orElseThrow()).isEqualTo(blob);
  }

  private static InputStream from(byte[] blob, long offset) {
    return new ByteArrayInputStream(blob, (int) offset, blob.length - (int) offset);
  }

  private long requests(String method) {
    return registry.requests().stream().filter(request -> request.startsWith(method)).count();
  }

  @Test
  void uploadsSideBySideThatAreCutGoOnWhereTheyWereAndNoneIsBegunAgain() throws Exception {
    var blobs = new ArrayList<byte[]>();
    for (var number = 0; number < 40; number++) {
      blobs.add(blob());
      if (number % 2 == 0) {
        registry.cutUploadsAfter(10_000 + 1_000 * number);
      }
    }
    try (var threads = Executors.newFixedThreadPool(5)) {
      var sent = new ArrayList<Future<?>>();
      for (var blob : blobs) {
        sent.add(
            threads.submit(
                () -> {
                  send(blob);
                  return null;
                }));
      }
      for (var one : sent) {
        one.get();
      }
    }
    assertThat(requests("POST")).isEqualTo(blobs.size());
    assertThat(requests("PATCH")).isGreaterThan(blobs.size());
  }

  @Test
  void aRegistryThatWasAskedBeforeItHadAllOfACutPartGetsTheWholeOnceMore() throws Exception {
    var blob = blob();
    registry.cutUploadsAfter(30_000);
    registry.uploadsGrowAfterTheyWereAskedAbout(Arrays.copyOfRange(blob, 30_000, 32_000));

    send(blob);

    assertThat(requests("POST")).isEqualTo(2);
  }

  @Test
  void aRegistryThatRefusesAPartInTheWrongPlaceIsAskedForTheRightOne() throws Exception {
    var blob = blob();
    registry.checkRangesOfUploads();
    registry.cutUploadsAfter(30_000);
    registry.uploadsGrowAfterTheyWereAskedAbout(Arrays.copyOfRange(blob, 30_000, 32_000));

    send(blob);

    assertThat(requests("POST")).isEqualTo(1);
    assertThat(requests("PATCH")).isEqualTo(3);
  }

  @Test
  void aSlowLineIsNoFailureAsLongAsItMoves() throws Exception {
    var blob = blob();
    var uploads = uploads();

    uploads.send(
        uploads.begin(), Digest.of(blob), blob.length, from -> new SlowLine(from(blob, from)));

    assertThat(registry.blob(Digest.of(blob))).isPresent();
    assertThat(requests("PATCH")).isEqualTo(1);
  }

  /** Takes longer than an answer may. */
  private static final class SlowLine extends InputStream {
    private final InputStream bytes;

    SlowLine(InputStream bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      LockSupport.parkNanos(ANSWER.toNanos() / 4);
      return bytes.read(buffer, offset, Math.min(length, SIZE / 6));
    }
  }
}
