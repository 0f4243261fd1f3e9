package io.gantry.cluster.services;

import io.gantry.agent.Outcome;
import io.gantry.protocol.v1.GovernRequest;
import io.gantry.protocol.v1.Service;
import java.util.concurrent.CompletionStage;

/** Changes services as they are asked to be, where it is this host that decides about them. */
public interface Governor {
  /** CONFLICT "not the controller": nothing was changed. */
  CompletionStage<Outcome<Service>> govern(GovernRequest request);
}
