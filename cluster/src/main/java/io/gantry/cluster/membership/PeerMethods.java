package io.gantry.cluster.membership;

import io.gantry.cluster.peer.PeerMethod;
import io.gantry.protocol.v1.EnterRequest;
import io.gantry.protocol.v1.EnterResponse;
import io.gantry.protocol.v1.PresenceRequest;
import io.gantry.protocol.v1.PresenceResponse;

/** {@code gantry.v1.PeerService}, as its client calls it. */
final class PeerMethods {
  static final String SERVICE = "gantry.v1.PeerService";
  static final PeerMethod<EnterRequest, EnterResponse> ENTER =
      PeerMethod.of(SERVICE, "Enter", EnterRequest.parser(), EnterResponse.parser());
  static final PeerMethod<PresenceRequest, PresenceResponse> PRESENCE =
      PeerMethod.of(SERVICE, "Presence", PresenceRequest.parser(), PresenceResponse.parser());

  private PeerMethods() {}
}
