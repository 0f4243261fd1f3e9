package io.gantry.cluster.services;

import io.gantry.cluster.services.lifecycle.Intended;
import io.gantry.cluster.services.lifecycle.ServiceHost;
import io.gantry.protocol.v1.ClusterHost;
import io.gantry.protocol.v1.ClusterView;
import io.gantry.protocol.v1.HostPresence;
import io.gantry.protocol.v1.NodeAvailability;
import io.gantry.protocol.v1.NodeSettings;
import io.gantry.protocol.v1.TaskStatus;
import java.util.Map;
import java.util.TreeMap;

/** What a host knows of services and of the hosts for them, at one moment. */
record Known(
    ClusterView view,
    Map<String, NodeSettings> settings,
    Intended intended,
    Map<String, TaskStatus> statuses) {

  static Known of(Formation formation) {
    var intents = formation.intents();
    return new Known(
        formation.view(), formation.settings(), Intended.of(intents.intents()), intents.statuses());
  }

  boolean belongs() {
    return view.getHostsCount() > 0;
  }

  String selfId() {
    return view.getHostsList().stream()
        .filter(ClusterHost::getSelf)
        .map(ClusterHost::getId)
        .findFirst()
        .orElse("");
  }

  /** More than half of all that belong to the cluster: without so many nothing is decided. */
  int majority() {
    return view.getHostsCount() / 2 + 1;
  }

  /** Whether so many are heard of, this host included. */
  boolean isWhole() {
    return view.getHostsList().stream()
            .filter(host -> host.getPresence() == HostPresence.HOST_PRESENCE_UP)
            .count()
        >= majority();
  }

  Map<String, ServiceHost> hosts() {
    var hosts = new TreeMap<String, ServiceHost>();
    for (var host : view.getHostsList()) {
      hosts.put(
          host.getId(),
          new ServiceHost(
              host.getId(),
              host.getName(),
              host.getPresence(),
              availability(host),
              settings.getOrDefault(host.getId(), NodeSettings.getDefaultInstance()).getLabelsMap(),
              host.getSummary().getCpus(),
              host.getSummary().getMemoryBytes()));
    }
    return hosts;
  }

  NodeAvailability availability(ClusterHost host) {
    if (host.getDrained()) {
      return NodeAvailability.NODE_AVAILABILITY_DRAIN;
    }
    var known = settings.get(host.getId());
    return known != null && known.getPaused()
        ? NodeAvailability.NODE_AVAILABILITY_PAUSE
        : NodeAvailability.NODE_AVAILABILITY_ACTIVE;
  }
}
