package io.gantry.agent.image.transfer;

import io.gantry.agent.image.BadImage;
import io.gantry.agent.image.Digest;
import io.gantry.agent.image.registry.Descriptor;
import io.gantry.agent.image.registry.RegistryFailure;
import io.gantry.agent.image.registry.Repository;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.function.LongConsumer;

/**
 * Fetches blobs into the {@link Arrivals}: each one once, however many want it; from where it broke
 * off; hashed on the way. Whoever was waiting for another's attempt goes on with it when that one
 * gives up. Blocks; for virtual threads, which may be interrupted.
 */
final class Downloads {
  private static final int BUFFER = 1 << 17;
  private static final int ATTEMPTS_WITHOUT_PROGRESS = 5;

  private record Flight(CompletableFuture<Path> end, List<LongConsumer> listeners) {}

  private final Arrivals arrivals;
  private final Map<Digest, Flight> flights = new ConcurrentHashMap<>();

  Downloads(Arrivals arrivals) {
    this.arrivals = arrivals;
  }

  /**
   * The whole blob's file. {@code received} hears how many bytes are here, in the order they come.
   */
  Path fetch(Repository from, Descriptor blob, LongConsumer received) throws IOException {
    for (; ; ) {
      var mine = new Flight(new CompletableFuture<>(), new CopyOnWriteArrayList<>());
      mine.listeners().add(received);
      var other = flights.putIfAbsent(blob.digest(), mine);
      if (other == null) {
        return fetchAlone(from, blob, mine);
      }
      other.listeners().add(received);
      try {
        return other.end().get();
      } catch (ExecutionException e) {
        // The other gave up, maybe for reasons of its own: this one goes on from there.
        continue;
      } catch (InterruptedException e) {
        other.listeners().remove(received);
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while another fetches " + blob.digest());
      }
    }
  }

  private Path fetchAlone(Repository from, Descriptor blob, Flight mine) throws IOException {
    try {
      var here = arrivals.find(blob.digest());
      var file = here.isPresent() ? here.get() : fetchAll(from, blob, mine);
      mine.end().complete(file);
      return file;
    } catch (IOException | RuntimeException | Error e) {
      mine.end().completeExceptionally(e);
      throw e;
    } finally {
      flights.remove(blob.digest(), mine);
    }
  }

  private Path fetchAll(Repository from, Descriptor blob, Flight flight) throws IOException {
    try (var channel = arrivals.beginning(blob.digest())) {
      var hasher = Digest.hasher();
      var size = Math.min(rehash(channel, hasher), blob.size());
      var resumed = size > 0;
      for (var futile = 0; size < blob.size() || !matches(blob, hasher, resumed); ) {
        if (size >= blob.size()) {
          // What was here from before is wrong, as after a power failure: all of it once more.
          hasher = restart(channel);
          size = 0;
          resumed = false;
        }
        var before = size;
        try (var body = from.blob(blob.digest(), size)) {
          if (body.from() != size) {
            hasher = restart(channel);
            size = 0;
            resumed = false;
          }
          size = copy(body, channel, hasher, size, blob, flight);
          if (size < blob.size()) {
            throw new IOException("the registry sent %d bytes of %d".formatted(size, blob.size()));
          }
        } catch (RegistryFailure | BadImage | InterruptedIOException e) {
          throw e;
        } catch (IOException e) {
          // Cut off on the way: what came is kept, the rest is asked for.
          size = channel.size();
          futile = size > before ? 0 : futile + 1;
          if (Thread.interrupted()) {
            throw new InterruptedIOException("interrupted while fetching " + blob.digest());
          }
          if (futile >= ATTEMPTS_WITHOUT_PROGRESS) {
            throw e;
          }
          hasher = Digest.hasher();
          rehash(channel, hasher);
        }
      }
    }
    return arrivals.complete(blob.digest());
  }

  private boolean matches(Descriptor blob, MessageDigest hasher, boolean resumed)
      throws IOException {
    var found = Digest.ofHash(hasher.digest());
    if (found.equals(blob.digest())) {
      return true;
    }
    if (!resumed) {
      arrivals.discardBeginning(blob.digest());
      throw new BadImage(
          "filesystem layer verification failed for digest %s: found %s"
              .formatted(blob.digest(), found));
    }
    return false;
  }

  private static MessageDigest restart(FileChannel channel) throws IOException {
    channel.truncate(0);
    return Digest.hasher();
  }

  private static long rehash(FileChannel channel, MessageDigest hasher) throws IOException {
    channel.position(0);
    var buffer = ByteBuffer.allocate(BUFFER);
    long size = 0;
    for (int got; (got = channel.read(buffer.clear())) > 0; size += got) {
      hasher.update(buffer.array(), 0, got);
    }
    return size;
  }

  private static long copy(
      Repository.Blob body,
      FileChannel channel,
      MessageDigest hasher,
      long from,
      Descriptor blob,
      Flight flight)
      throws IOException {
    var buffer = new byte[BUFFER];
    var size = from;
    channel.position(from);
    for (int got; (got = body.body().read(buffer)) >= 0; ) {
      if (size + got > blob.size()) {
        throw new BadImage(
            "blob %s is larger than the %d bytes its manifest says"
                .formatted(blob.digest(), blob.size()));
      }
      hasher.update(buffer, 0, got);
      for (var bytes = ByteBuffer.wrap(buffer, 0, got); bytes.hasRemaining(); ) {
        channel.write(bytes);
      }
      size += got;
      for (var listener : flight.listeners()) {
        listener.accept(size);
      }
    }
    return size;
  }
}
