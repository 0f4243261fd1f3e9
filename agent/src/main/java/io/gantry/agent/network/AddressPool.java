package io.gantry.agent.network;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Links.Address;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The addresses of one subnet and who holds them. In memory only: the record knows each holder, and
 * the agent takes them up again before anyone may ask for a new one. Nothing blocks while the lock
 * is held.
 */
public final class AddressPool {
  private final Subnet subnet;
  private final Set<InetAddress> taken = new HashSet<>();
  private final Map<ContainerId, InetAddress> held = new HashMap<>();
  private final BigInteger first;
  private final BigInteger end;
  private BigInteger cursor;

  /**
   * @param range where addresses are chosen from; others of the subnet are given only when asked
   *     for
   * @param reserved taken from the start: the gateway and auxiliary addresses
   */
  public AddressPool(Subnet subnet, Subnet range, Collection<InetAddress> reserved) {
    this.subnet = subnet;
    taken.addAll(reserved);
    taken.add(subnet.base());
    if (!subnet.isV6()) {
      taken.add(subnet.last());
    }
    this.first = subnet.offset(range.base());
    this.end = first.add(range.size());
    this.cursor = first;
  }

  public Subnet subnet() {
    return subnet;
  }

  /** The one it holds already, or the next free one; empty when there is none. */
  public synchronized Optional<Address> take(ContainerId id) {
    var before = held.get(id);
    if (before != null) {
      return Optional.of(subnet.at(before));
    }
    var free = nextFree();
    free.ifPresent(address -> hold(id, address));
    return free.map(subnet::at);
  }

  /** This address, for this container; false when another holds it or it is not of this subnet. */
  public synchronized boolean take(ContainerId id, InetAddress address) {
    if (!subnet.contains(address)) {
      return false;
    }
    if (address.equals(held.get(id))) {
      return true;
    }
    if (taken.contains(address)) {
      return false;
    }
    release(id);
    hold(id, address);
    return true;
  }

  public synchronized void release(ContainerId id) {
    var address = held.remove(id);
    if (address != null) {
      taken.remove(address);
    }
  }

  /**
   * Goes round, so that an address is not given away again at once: neighbours still remember its
   * MAC.
   */
  private Optional<InetAddress> nextFree() {
    if (BigInteger.valueOf(taken.size()).compareTo(subnet.size()) >= 0) {
      return Optional.empty();
    }
    return freeIn(cursor, end).or(() -> freeIn(first, cursor));
  }

  private Optional<InetAddress> freeIn(BigInteger from, BigInteger to) {
    for (var offset = from; offset.compareTo(to) < 0; offset = offset.add(BigInteger.ONE)) {
      var address = subnet.plus(offset);
      if (!taken.contains(address)) {
        cursor = offset.add(BigInteger.ONE);
        return Optional.of(address);
      }
    }
    return Optional.empty();
  }

  private void hold(ContainerId id, InetAddress address) {
    taken.add(address);
    held.put(id, address);
  }
}
