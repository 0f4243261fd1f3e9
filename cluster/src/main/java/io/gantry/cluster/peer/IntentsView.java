package io.gantry.cluster.peer;

import io.gantry.cluster.services.lifecycle.IntentOrder;
import io.gantry.protocol.v1.Intent;
import io.gantry.protocol.v1.TaskStatus;
import java.util.Map;

/**
 * What a node knows of services at one moment.
 *
 * @param intents by key
 * @param statuses what hosts say of their replicas, by task id
 */
public record IntentsView(Map<String, Intent> intents, Map<String, TaskStatus> statuses) {
  public static final IntentsView NONE = new IntentsView(Map.of(), Map.of());

  /** With what was known before and is not known to be otherwise. */
  public IntentsView over(IntentsView before) {
    return new IntentsView(
        IntentOrder.merged(before.intents, intents),
        statuses.isEmpty() ? before.statuses : statuses);
  }
}
