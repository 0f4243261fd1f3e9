package io.gantry.agent.container;

import io.gantry.agent.ContainerId;
import io.gantry.agent.container.lifecycle.State;
import io.gantry.agent.host.NameSockets;
import io.gantry.agent.host.kernel.Descriptor;
import io.gantry.agent.network.Endpoints;
import io.gantry.agent.network.dns.NameBook;
import io.gantry.agent.network.dns.NameBook.Place;
import io.gantry.agent.network.dns.NameServer;
import io.gantry.agent.network.dns.Upstream;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.Endpoint;
import io.gantry.protocol.v1.EndpointSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the book of names in step with containers, and opens and closes where they ask for them.
 */
public final class Naming {
  private final NameBook book;
  private final NameServer server;
  private final NameSockets sockets;

  public Naming(NameBook book, NameServer server, NameSockets sockets) {
    this.book = book;
    this.server = server;
    this.sockets = sockets;
  }

  /** Its neighbours find it from now on, and it finds them. */
  void enter(ContainerId id, Map<String, Endpoint> endpoints) {
    book.put(id, places(endpoints));
  }

  /** Nobody finds it any more: before its addresses may be another's. */
  void strike(ContainerId id) {
    book.remove(id);
  }

  /**
   * @param kept what its questions have waited in since an earlier agent's end
   */
  void open(
      ContainerId id,
      Path namespace,
      Container container,
      boolean outside,
      Optional<Descriptor> kept)
      throws IOException {
    server.serve(id, sockets.open(namespace, kept), upstream(container, namespace, outside));
  }

  /** For its monitor to keep, which ends with the container and not with the agent. */
  Optional<Descriptor> descriptor(ContainerId id) {
    return server.descriptor(id);
  }

  boolean isOpen(ContainerId id) {
    return server.serves(id);
  }

  void close(ContainerId id) {
    book.remove(id);
    server.stop(id);
  }

  /**
   * Servers the container itself names may be its neighbours, so they are asked from where it is. A
   * container whose networks are all internal learns nothing from outside, and tells nothing there.
   */
  private static Upstream upstream(Container container, Path namespace, boolean outside)
      throws IOException {
    var spec = container.getSpec().getNetwork();
    if (!outside) {
      return Upstream.NONE;
    }
    return spec.getDnsCount() > 0
        ? new Upstream(ResolvConf.servers(spec), Optional.of(namespace))
        : new Upstream(ResolvConf.ofTheHost().servers(), Optional.empty());
  }

  /**
   * For the board: a rename shows at once, and what has ended is forgotten at once. While it starts
   * the launch itself enters it.
   */
  public void onState(ContainerId id, State state) {
    switch (state) {
      case State.Running(var facts, _, _) -> refresh(id, facts.container());
      case State.Paused(var facts, _) -> refresh(id, facts.container());
      case State.Starting _, State.Absent _ -> {}
      case State.Created _, State.Backoff _, State.Exited _, State.Removing _, State.Gone _ ->
          strike(id);
    }
  }

  private void refresh(ContainerId id, Container container) {
    book.refresh(id, places(container.getStatus().getEndpointsMap()));
  }

  private static List<Place> places(Map<String, Endpoint> endpoints) {
    var places = new ArrayList<Place>();
    endpoints.entrySet().stream()
        .filter(entry -> entry.getValue().getDnsNamesCount() > 0)
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            entry -> {
              var endpoint = entry.getValue();
              places.add(
                  new Place(
                      endpoint.getNetworkId(),
                      entry.getKey(),
                      endpoint.getDnsNamesList(),
                      Endpoints.addresses(endpoint).stream().map(address -> address.ip()).toList(),
                      links(endpoint.getSpec())));
            });
    return places;
  }

  /** "db:database" or "db". */
  private static Map<String, String> links(EndpointSpec spec) {
    var links = new HashMap<String, String>();
    for (var link : spec.getLinksList()) {
      var colon = link.indexOf(':');
      var target = colon < 0 ? link : link.substring(0, colon);
      var alias = colon < 0 ? link : link.substring(colon + 1);
      links.put(alias.substring(alias.lastIndexOf('/') + 1), target.replaceFirst("^/", ""));
    }
    return links;
  }
}
