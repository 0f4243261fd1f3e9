package io.gantry.cluster.peer;

import akka.cluster.ddata.AbstractDeltaReplicatedData;
import akka.cluster.ddata.DeltaReplicatedData;
import akka.cluster.ddata.Key;
import akka.cluster.ddata.ReplicatedDataSerialization;
import akka.cluster.ddata.ReplicatedDelta;
import io.gantry.cluster.services.lifecycle.IntentOrder;
import io.gantry.protocol.v1.Intent;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Intents as Distributed Data keeps them, {@link #SHELVES} of them, each service with all its slots
 * on one. Two are merged key by key, see {@link IntentOrder}; so neither the order nor the number
 * of times in which they are merged matters, no clock is asked, and what a host kept on its disk
 * while it was away does no harm when it comes back. What changed travels as the entries that did.
 */
public final class IntentShelf extends AbstractDeltaReplicatedData<IntentShelf, IntentShelf>
    implements ReplicatedDelta, ReplicatedDataSerialization {
  private static final long serialVersionUID = 1L;
  public static final int SHELVES = 8;
  static final IntentShelf EMPTY = new IntentShelf(Map.of(), Map.of());
  private static final String PREFIX = "intents/";

  private final transient Map<String, Intent> intents;
  private final transient Map<String, Intent> news;

  private IntentShelf(Map<String, Intent> intents, Map<String, Intent> news) {
    this.intents = intents;
    this.news = news;
  }

  static IntentShelf of(Map<String, Intent> intents) {
    return new IntentShelf(Map.copyOf(intents), Map.of());
  }

  /** Where Distributed Data has a shelf. */
  static final class ShelfKey extends Key<IntentShelf> {
    private static final long serialVersionUID = 1L;
    private final int shelf;

    ShelfKey(int shelf) {
      super(PREFIX + shelf);
      this.shelf = shelf;
    }

    int shelf() {
      return shelf;
    }
  }

  static int shelf(String intentKey) {
    return Math.floorMod(IntentOrder.service(intentKey).hashCode(), SHELVES);
  }

  Map<String, Intent> intents() {
    return intents;
  }

  /** With these, as far as they are newer. */
  IntentShelf with(Map<String, Intent> more) {
    var changed = new HashMap<>(news);
    changed.putAll(more);
    return new IntentShelf(IntentOrder.merged(intents, more), Map.copyOf(changed));
  }

  @Override
  public IntentShelf mergeData(IntentShelf that) {
    return new IntentShelf(IntentOrder.merged(intents, that.intents), Map.of());
  }

  @Override
  public IntentShelf mergeDeltaData(IntentShelf delta) {
    return mergeData(delta);
  }

  @Override
  public Optional<IntentShelf> deltaData() {
    return news.isEmpty() ? Optional.empty() : Optional.of(of(news));
  }

  @Override
  public IntentShelf resetDelta() {
    return news.isEmpty() ? this : new IntentShelf(intents, Map.of());
  }

  @Override
  public DeltaReplicatedData zero() {
    return EMPTY;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof IntentShelf that && that.intents.equals(intents);
  }

  @Override
  public int hashCode() {
    return intents.hashCode();
  }

  @Override
  public String toString() {
    return "shelf of %d intents".formatted(intents.size());
  }
}
