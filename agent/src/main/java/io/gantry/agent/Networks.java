package io.gantry.agent;

import io.gantry.protocol.v1.Network;
import io.gantry.protocol.v1.NetworkSpec;
import java.util.Collection;
import java.util.concurrent.CompletionStage;

/**
 * Networks of an engine; "bridge", "host" and "none" always exist. {@code reference} is a name, an
 * id or a unique prefix; an unknown one is refused with NOT_FOUND "network REFERENCE not found".
 */
public interface Networks {
  CompletionStage<Outcome<Network>> create(Caller caller, NetworkSpec spec);

  Outcome<Network> inspect(String reference);

  Collection<Network> list();

  CompletionStage<Outcome<Network>> remove(Caller caller, String reference);
}
