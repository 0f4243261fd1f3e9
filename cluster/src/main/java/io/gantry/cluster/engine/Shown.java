package io.gantry.cluster.engine;

import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.Network;
import io.gantry.protocol.v1.Volume;

/** What is shown of an object says which host has it: in the label {@code gantry.host}. */
final class Shown {
  static final String HOST = "gantry.host";

  private Shown() {}

  static Container of(Host host, Container container) {
    return labelled(host, container).build();
  }

  static Container withHostInName(Host host, Container container) {
    return labelled(host, container).setName(host.name() + "/" + container.getName()).build();
  }

  private static Container.Builder labelled(Host host, Container container) {
    return container.toBuilder()
        .setSpec(container.getSpec().toBuilder().putLabels(HOST, host.name()));
  }

  static Volume of(Host host, Volume volume) {
    return volume.toBuilder()
        .setSpec(volume.getSpec().toBuilder().putLabels(HOST, host.name()))
        .build();
  }

  static Volume withHostInName(Host host, Volume volume) {
    var shown = of(host, volume).toBuilder();
    shown.getSpecBuilder().setName(host.name() + "/" + volume.getSpec().getName());
    return shown.build();
  }

  static Network of(Host host, Network network) {
    return network.toBuilder()
        .setSpec(network.getSpec().toBuilder().putLabels(HOST, host.name()))
        .build();
  }

  static Network withHostInName(Host host, Network network) {
    var shown = of(host, network).toBuilder();
    shown.getSpecBuilder().setName(host.name() + "/" + network.getSpec().getName());
    return shown.build();
  }
}
