package io.gantry.agent.host.firewall;

import io.gantry.agent.ContainerId;
import io.gantry.agent.host.Firewall;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link Firewall} by one nftables table of family inet. What it holds is read back once, at the
 * first use, and kept in memory; when someone else flushes the ruleset, the {@link Watch} or the
 * next change notices, and the whole table is written again. Looking makes no table: the first
 * change does.
 */
public final class NftablesFirewall implements Firewall, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NftablesFirewall.class);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Pattern NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9_]{0,30}");
  private static final Pattern DEVICE = Pattern.compile("[a-zA-Z0-9_.-]{1,15}");

  private final String table;
  private final Nft nft;
  private final Elements elements = new Elements();
  private Optional<Contents> known = Optional.empty();
  private Optional<Watch> watch = Optional.empty();
  private boolean written;

  /** {@code table}: the agent's name. Nothing is changed before the first call. */
  public NftablesFirewall(String table) throws IOException {
    this(table, PATIENCE);
  }

  /** {@code deadline}: of each run of the program nft; less than 20 seconds it is never. */
  public NftablesFirewall(String table, Duration deadline) throws IOException {
    if (!NAME.matcher(table).matches()) {
      throw new IllegalArgumentException("not a name for a table: " + table);
    }
    this.table = table;
    this.nft = new Nft(deadline.compareTo(PATIENCE) > 0 ? deadline : PATIENCE);
  }

  @Override
  public synchronized void ensureNetwork(String bridge, Rules rules) throws IOException {
    if (!DEVICE.matcher(bridge).matches()) {
      throw new IOException("let network out: \"" + bridge + "\" is no name of a device");
    }
    write();
    var networks = contents().networks();
    var wanted = Network.of(rules);
    var before = Optional.ofNullable(networks.get(bridge));
    if (before.equals(Optional.of(wanted))) {
      return;
    }
    var undo = before.map(old -> old.delete(table, bridge)).orElse("");
    networks.put(bridge, wanted);
    try {
      change(
          "let network " + wanted.subnets() + " out",
          () -> nft.apply(undo + wanted.add(table, bridge)));
    } catch (IOException failed) {
      before.ifPresentOrElse(old -> networks.put(bridge, old), () -> networks.remove(bridge));
      throw failed;
    }
  }

  @Override
  public synchronized void removeNetwork(String bridge) throws IOException {
    var network = contents().networks().remove(bridge);
    if (network != null) {
      change("forget network " + network.subnets(), () -> nft.apply(network.delete(table, bridge)));
    }
  }

  @Override
  public synchronized void publish(
      ContainerId id, List<InetAddress> containerAddresses, List<PublishedPort> ports)
      throws IOException {
    var entries = new ArrayList<Entry>();
    for (var port : ports) {
      var v6 = port.hostAddress() instanceof Inet6Address;
      for (var address : containerAddresses) {
        if (address instanceof Inet6Address == v6) {
          entries.add(Entry.of(address, port));
        }
      }
    }
    write();
    var published = contents().published();
    var before = Optional.ofNullable(published.get(id));
    if (before.equals(Optional.of(entries)) || before.isEmpty() && entries.isEmpty()) {
      return;
    }
    if (entries.isEmpty()) {
      published.remove(id);
    } else {
      published.put(id, entries);
    }
    try {
      replace("publish ports of container " + id, id, before.orElse(List.of()), entries);
    } catch (IOException failed) {
      before.ifPresentOrElse(old -> published.put(id, old), () -> published.remove(id));
      throw failed;
    }
  }

  @Override
  public synchronized void withdraw(ContainerId id) throws IOException {
    var entries = contents().published().remove(id);
    if (entries != null) {
      replace("withdraw ports of container " + id, id, entries, List.of());
    }
  }

  @Override
  public synchronized Set<ContainerId> published() throws IOException {
    return Set.copyOf(contents().published().keySet());
  }

  @Override
  public synchronized Set<String> networks() throws IOException {
    return Set.copyOf(contents().networks().keySet());
  }

  @Override
  public synchronized void removeTable() throws IOException {
    // Adding first makes the deletion succeed when there is no table.
    nft.apply("add table inet %s\ndelete table inet %s\n".formatted(table, table));
    known = Optional.empty();
    written = false;
  }

  private void replace(String what, ContainerId id, List<Entry> removed, List<Entry> added)
      throws IOException {
    change(
        what,
        () -> {
          if (Elements.fit(removed, added)) {
            elements.replace(table, id, removed, added);
          } else {
            var script = new StringBuilder();
            removed.forEach(entry -> script.append(entry.delete(table)));
            added.forEach(entry -> script.append(entry.add(table, id)));
            nft.apply(script.toString());
          }
        });
  }

  private interface Transaction {
    void commit() throws IOException;
  }

  /** {@code difference} is that to what is in memory, which has changed already. */
  private void change(String what, Transaction difference) throws IOException {
    try {
      difference.commit();
    } catch (IOException refused) {
      if (isAsRemembered()) {
        throw new IOException(what + ": " + refused.getMessage(), refused);
      }
      LOG.warn("table inet {} was changed by others; writing it again", table);
      nft.apply(everything());
    }
  }

  /** Whether all that should have been there before the change is there. */
  private boolean isAsRemembered() throws IOException {
    var listed = nft.list(table);
    if (listed.isEmpty()) {
      return false;
    }
    var found = Contents.parse(listed.get());
    var remembered = known.orElseGet(Contents::empty);
    // The change itself may be missing; more than one thing missing is not the change.
    var missing = new ArrayList<Object>(remembered.networks().keySet());
    missing.addAll(remembered.published().keySet());
    missing.removeAll(found.networks().keySet());
    missing.removeAll(found.published().keySet());
    return missing.size() <= 1;
  }

  @Override
  public synchronized void watch() throws IOException {
    if (watch.isEmpty()) {
      watch = Optional.of(Watch.start(table, this::mend));
    }
  }

  private synchronized void mend() {
    if (known.isEmpty()) {
      return;
    }
    try {
      var listed = nft.list(table);
      if (listed.isEmpty() || !isWhole(listed.get())) {
        LOG.warn("table inet {} was changed by others; writing it again", table);
        nft.apply(everything());
      }
    } catch (IOException failed) {
      LOG.error("table inet {} cannot be written again: {}", table, failed.getMessage());
    }
  }

  private boolean isWhole(String listed) throws IOException {
    var found = Contents.parse(listed);
    var remembered = known.orElseGet(Contents::empty);
    return Contents.rules(listed) == Table.rules()
        && found.networks().equals(remembered.networks())
        && found.published().keySet().equals(remembered.published().keySet());
  }

  private String everything() {
    var contents = known.orElseGet(Contents::empty);
    var script =
        new StringBuilder("add table inet %s\ndelete table inet %s\n".formatted(table, table));
    script.append(Table.script(table));
    contents.networks().forEach((bridge, network) -> script.append(network.add(table, bridge)));
    contents
        .published()
        .forEach((id, entries) -> entries.forEach(entry -> script.append(entry.add(table, id))));
    return script.toString();
  }

  /** Makes the table or, the first time, renews the rules of one that an earlier agent made. */
  private void write() throws IOException {
    if (!written) {
      nft.apply(Table.script(table));
      written = true;
    }
  }

  private Contents contents() throws IOException {
    if (known.isEmpty()) {
      var listed = nft.list(table);
      known = Optional.of(listed.isPresent() ? Contents.parse(listed.get()) : Contents.empty());
    }
    return known.get();
  }

  /** The table stays: containers outlive the agent. */
  @Override
  public synchronized void close() {
    watch.ifPresent(Watch::close);
    elements.close();
  }
}
