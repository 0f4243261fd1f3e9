package io.gantry.agent.host.links;

import io.gantry.agent.Stats;
import io.gantry.agent.host.netlink.Answer;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * A network device as RTM_NEWLINK describes it.
 *
 * @param kind "bridge", "veth"; empty for hardware and loopback
 * @param alias what the agent wrote on it: the container's id
 * @param running up, and the kernel has noticed its carrier: packets pass
 * @param peer index of the other end of a cable, 0 when it has none
 */
record Device(
    int index,
    String name,
    String kind,
    String alias,
    int peer,
    int master,
    boolean up,
    boolean running,
    Stats.Interface counters) {
  private static final int FIXED = 16;
  private static final int INDEX_AT = 4;
  private static final int FLAGS_AT = 8;
  private static final int UP = 1;
  private static final int RUNNING = 0x40;
  private static final int NAME = 3;
  private static final int LINK = 5;
  private static final int MASTER = 10;
  private static final int LINKINFO = 18;
  private static final int ALIAS = 20;
  private static final int STATS64 = 23;
  private static final int INFO_KIND = 1;
  private static final Stats.Interface NONE = new Stats.Interface(0, 0, 0, 0, 0, 0, 0, 0);
  private static final int COUNTERS_SIZE = 64;

  static Device of(Answer answer) {
    var body = answer.body();
    if (body.limit() < FIXED) {
      return new Device(0, "", "", "", 0, 0, false, false, NONE);
    }
    var attributes = answer.attributes(FIXED);
    return new Device(
        body.getInt(INDEX_AT),
        text(attributes, NAME),
        kind(attributes),
        text(attributes, ALIAS),
        number(attributes, LINK),
        number(attributes, MASTER),
        (body.getInt(FLAGS_AT) & UP) != 0,
        (body.getInt(FLAGS_AT) & RUNNING) != 0,
        counters(attributes));
  }

  boolean isLoopback() {
    return name.equals("lo");
  }

  private static String kind(Map<Integer, ByteBuffer> attributes) {
    var info = attributes.get(LINKINFO);
    return info == null ? "" : text(Answer.attributes(info), INFO_KIND);
  }

  private static String text(Map<Integer, ByteBuffer> attributes, int type) {
    var value = attributes.get(type);
    return value == null ? "" : Answer.text(value);
  }

  private static int number(Map<Integer, ByteBuffer> attributes, int type) {
    var value = attributes.get(type);
    return value == null || value.limit() < 4 ? 0 : value.getInt(0);
  }

  /** {@code struct rtnl_link_stats64} begins with the eight wanted, packets before bytes. */
  private static Stats.Interface counters(Map<Integer, ByteBuffer> attributes) {
    var stats = attributes.get(STATS64);
    if (stats == null || stats.limit() < COUNTERS_SIZE) {
      return NONE;
    }
    return new Stats.Interface(
        stats.getLong(16),
        stats.getLong(0),
        stats.getLong(32),
        stats.getLong(48),
        stats.getLong(24),
        stats.getLong(8),
        stats.getLong(40),
        stats.getLong(56));
  }
}
