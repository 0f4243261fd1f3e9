package io.gantry.agent.image.transfer;

import io.gantry.agent.host.kernel.GzipMember;
import io.gantry.agent.image.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;

/**
 * Packs tars with gzip on all processors: each piece becomes a member of its own (RFC 1952, section
 * 2.2), which every reader puts together again. The same tar becomes the same bytes each time. What
 * cannot be packed any smaller is stored as it is, which costs almost nothing.
 */
final class Packer implements AutoCloseable {
  private static final int PIECE = 1 << 19;
  private static final int SAMPLE = 32 << 10;

  private final int processors;
  private final ExecutorService workers;

  Packer(int processors) {
    this.processors = processors;
    this.workers =
        Executors.newFixedThreadPool(
            processors, Thread.ofPlatform().daemon().name("gantry-pack-", 0).factory());
  }

  /** What came out. */
  record Packed(Digest digest, long size) {}

  /**
   * @param read hears how many bytes of the tar have been packed
   */
  Packed pack(InputStream tar, OutputStream out, LongConsumer read) throws IOException {
    var hasher = Digest.hasher();
    var under = new ArrayDeque<Future<Piece>>();
    long size = 0;
    long done = 0;
    try {
      for (var more = true; more || !under.isEmpty(); ) {
        while (more && under.size() < 2 * processors) {
          var piece = tar.readNBytes(PIECE);
          more = piece.length == PIECE;
          if (piece.length > 0) {
            under.add(workers.submit(() -> Piece.of(piece)));
          }
        }
        if (!under.isEmpty()) {
          var piece = under.remove().get();
          hasher.update(piece.packed());
          out.write(piece.packed());
          size += piece.packed().length;
          done += piece.length();
          read.accept(done);
        }
      }
      return new Packed(Digest.ofHash(hasher.digest()), size);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while packing a layer");
    } catch (ExecutionException e) {
      throw new IOException("cannot pack a layer: " + e.getCause(), e);
    } finally {
      under.forEach(piece -> piece.cancel(false));
    }
  }

  private record Piece(byte[] packed, int length) {
    static Piece of(byte[] tar) {
      return new Piece(packs(tar) ? GzipMember.of(tar) : GzipMember.stored(tar), tar.length);
    }

    /** Told by its middle: random bytes and packed ones do not get smaller. */
    private static boolean packs(byte[] tar) {
      if (tar.length < 2 * SAMPLE) {
        return true;
      }
      var middle = Arrays.copyOfRange(tar, tar.length / 2, tar.length / 2 + SAMPLE);
      return GzipMember.of(middle).length < SAMPLE - SAMPLE / 32;
    }
  }

  @Override
  public void close() {
    workers.shutdownNow();
  }
}
