package io.gantry.cluster.membership;

import com.typesafe.config.Config;
import java.time.Duration;

/** {@code gantry.cluster}; {@code reference.conf} says what each means. */
public record ClusterSettings(
    int port,
    Duration certificateLifetime,
    Duration assemblyInterval,
    Duration reunionInterval,
    Duration peerTimeout,
    String discovery) {
  public static ClusterSettings of(Config config) {
    var cluster = config.getConfig("gantry.cluster");
    return new ClusterSettings(
        cluster.getInt("port"),
        cluster.getDuration("certificate-lifetime"),
        cluster.getDuration("assembly-interval"),
        cluster.getDuration("reunion-interval"),
        cluster.getDuration("peer-timeout"),
        cluster.getString("discovery"));
  }
}
