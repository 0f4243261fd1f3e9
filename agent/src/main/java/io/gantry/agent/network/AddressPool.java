package io.gantry.agent.network;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Links.Address;
import java.net.InetAddress;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The addresses of one network and who holds them. In memory only: the record knows each holder,
 * and the agent takes them up again before anyone may ask for a new one. Nothing blocks while the
 * lock is held.
 */
public final class AddressPool {
  private final Subnet subnet;
  private final BitSet taken = new BitSet();
  private final Map<ContainerId, Integer> held = new HashMap<>();
  private int cursor;

  /** {@code gateway} is taken from the start. */
  public AddressPool(Subnet subnet, InetAddress gateway) {
    this.subnet = subnet;
    taken.set(0);
    taken.set(subnet.hosts() + 1);
    taken.set(Subnet.number(gateway.getHostAddress()) - subnet.base());
    this.cursor = 1;
  }

  /** The one it holds already, or the next free one; empty when there is none. */
  public synchronized Optional<Address> take(ContainerId id) {
    var offset = held.get(id);
    if (offset == null) {
      offset = nextFree();
      if (offset < 0) {
        return Optional.empty();
      }
      hold(id, offset);
      cursor = offset + 1;
    }
    return Optional.of(address(offset));
  }

  /** This address, for this container; false when another holds it or it is not of this network. */
  public synchronized boolean take(ContainerId id, InetAddress address) {
    var number = Subnet.number(address.getHostAddress());
    var offset = number - subnet.base();
    if (!subnet.contains(number)) {
      return false;
    }
    var before = held.get(id);
    if (before != null && before == offset) {
      return true;
    }
    if (taken.get(offset)) {
      return false;
    }
    release(id);
    hold(id, offset);
    return true;
  }

  public synchronized void release(ContainerId id) {
    var offset = held.remove(id);
    if (offset != null) {
      taken.clear(offset);
    }
  }

  public synchronized int inUse() {
    return held.size();
  }

  /**
   * Goes round, so that an address is not given away again at once: neighbours still remember its
   * MAC.
   */
  private int nextFree() {
    var free = taken.nextClearBit(cursor);
    if (free > subnet.hosts()) {
      free = taken.nextClearBit(1);
    }
    return free > subnet.hosts() ? -1 : free;
  }

  private void hold(ContainerId id, int offset) {
    taken.set(offset);
    held.put(id, offset);
  }

  private Address address(int offset) {
    return new Address(Subnet.address(subnet.base() + offset), subnet.prefixLength());
  }
}
