package io.gantry.ops.scale;

import akka.actor.ActorRef;
import akka.actor.ActorSelectionMessage;
import akka.remote.artery.RemoteInstrument;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts what the nodes of this JVM send each other over Artery, by what it is for. Artery makes
 * one for each of its encoders, when {@code akka.remote.artery.advanced.instruments} names this
 * class; all count together. Bytes are those of the envelope with the message in it, before TLS.
 */
public final class WireMeter extends RemoteInstrument {
  /** What a message is for. */
  enum Kind {
    /** The failure detector's. */
    HEARTBEATS,
    /** Who is a member. */
    MEMBERSHIP,
    /** Distributed Data: digests of what a node has. */
    DIGESTS,
    /** Distributed Data: what has changed. */
    DELTAS,
    /** Distributed Data: whole values, where digests differ. */
    VALUES,
    /** Distributed Data: majorities. */
    MAJORITIES,
    OTHER;

    /** By its class, which Akka's reference calls internal: an unknown one is {@link #OTHER}. */
    static Kind of(Class<?> type) {
      var name = type.getName();
      return switch (name.substring(name.lastIndexOf('$', name.length() - 2) + 1)) {
        case "Heartbeat", "HeartbeatRsp" -> HEARTBEATS;
        case "Status" -> DIGESTS;
        case "DeltaPropagation", "DeltaNack$" -> DELTAS;
        case "Gossip" -> VALUES;
        case "Write", "WriteAck$", "WriteNack$", "Read", "ReadResult", "ReadRepair" -> MAJORITIES;
        default -> name.startsWith("akka.cluster.Gossip") ? MEMBERSHIP : OTHER;
      };
    }
  }

  /** So many of them, and their size. */
  record Count(long messages, long bytes) {
    Count minus(Count before) {
      return new Count(messages - before.messages, bytes - before.bytes);
    }

    Count plus(Count more) {
      return new Count(messages + more.messages, bytes + more.bytes);
    }
  }

  private record Tally(LongAdder messages, LongAdder bytes) {}

  private static final Map<Class<?>, Tally> SENT = new ConcurrentHashMap<>();

  /** Since the JVM began, all kinds. */
  static Map<Kind, Count> sent() {
    var counts = new EnumMap<Kind, Count>(Kind.class);
    for (var kind : Kind.values()) {
      counts.put(kind, new Count(0, 0));
    }
    SENT.forEach(
        (type, tally) ->
            counts.merge(
                Kind.of(type),
                new Count(tally.messages().sum(), tally.bytes().sum()),
                Count::plus));
    return counts;
  }

  @Override
  public byte identifier() {
    return 29;
  }

  @Override
  public void remoteMessageSent(
      ActorRef recipient, Object message, ActorRef sender, int size, long time) {
    // What goes to a path instead of to an actor that is known travels in an envelope.
    var inside = message instanceof ActorSelectionMessage selection ? selection.msg() : message;
    var tally =
        SENT.computeIfAbsent(inside.getClass(), _ -> new Tally(new LongAdder(), new LongAdder()));
    tally.messages().increment();
    tally.bytes().add(size);
  }

  @Override
  public void remoteMessageReceived(
      ActorRef recipient, Object message, ActorRef sender, int size, long time) {
    // Counted where it was sent.
  }

  @Override
  public void remoteWriteMetadata(
      ActorRef recipient, Object message, ActorRef sender, ByteBuffer buffer) {
    // Nothing travels with it.
  }

  @Override
  public void remoteReadMetadata(
      ActorRef recipient, Object message, ActorRef sender, ByteBuffer buffer) {
    // Nothing travels with it.
  }
}
