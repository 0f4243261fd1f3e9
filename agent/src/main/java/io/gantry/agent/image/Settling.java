package io.gantry.agent.image;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Layers that are unpacked one after the other and come to the disk behind that: while one is
 * written there, the next is unpacked, and those that have waited meanwhile share one sync. A layer
 * is in the store once {@link #finish} has returned, not before; what {@link #close} finds under
 * way it waits for.
 */
final class Settling implements Closeable {
  private final LayerStore layers;
  private final LayerStore.Lease lease;
  private final Queue<LayerStore.Unpacked> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicReference<IOException> failure = new AtomicReference<>();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("gantry-settling-", 0).factory());

  /** {@code lease} holds the layers, and has to be open until the end. */
  Settling(LayerStore layers, LayerStore.Lease lease) {
    this.layers = layers;
    this.lease = lease;
  }

  void add(LayerStore.Unpacked layer) {
    waiting.add(layer);
    thread.execute(this::settle);
  }

  private void settle() {
    var some = new ArrayList<LayerStore.Unpacked>();
    for (var one = waiting.poll(); one != null; one = waiting.poll()) {
      some.add(one);
    }
    if (some.isEmpty()) {
      return;
    }
    try {
      layers.settle(some, lease);
    } catch (IOException e) {
      failure.compareAndSet(null, e);
    } catch (RuntimeException bug) {
      failure.compareAndSet(null, new IOException(bug));
    }
  }

  /** All that was added is in the store, or the first failure is thrown. Nothing more is added. */
  void finish() throws IOException {
    thread.close();
    var first = failure.get();
    if (first != null) {
      throw first;
    }
  }

  @Override
  public void close() {
    thread.close();
  }
}
