package io.gantry.cluster.services.lifecycle;

import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.Service;
import io.gantry.protocol.v1.ServiceSpec;
import io.gantry.protocol.v1.ServiceUpdate;
import io.gantry.protocol.v1.ServiceUpdateState;
import java.time.Instant;

/**
 * A service after a change of its specification. Whatever changes, an update that was under way is
 * begun anew, so one that was paused goes on.
 */
public final class Revisions {
  private Revisions() {}

  /** {@code version}: of the change. */
  public static Service updated(Service before, ServiceSpec spec, long version, Instant now) {
    var after =
        before.toBuilder()
            .setVersion(version)
            .setSpec(spec)
            .setUpdatedAt(Moments.timestamp(now))
            .setUpdate(ServiceUpdate.newBuilder().setNumber(next(before)));
    if (!before.getSpec().equals(spec)) {
      after
          .setPreviousSpec(before.getSpec())
          .setPreviousTemplateVersion(before.getTemplateVersion());
    }
    if (!ServiceRules.sameTemplate(before.getSpec(), spec)) {
      after.setTemplateVersion(version);
    }
    return after.build();
  }

  /** As somebody asked for; a second time is back again. */
  public static Service rolledBack(Service before, long version, Instant now) {
    return back(before, version, now, "manually requested rollback")
        .setPreviousSpec(before.getSpec())
        .setPreviousTemplateVersion(before.getTemplateVersion())
        .build();
  }

  /** By itself, because of a replica that failed. What failed is not remembered to go back to. */
  static Service rolledBack(Service before, long version, Instant now, String task) {
    var why = "update rolled back due to failure or early termination of task %s".formatted(task);
    return back(before, version, now, why)
        .clearPreviousSpec()
        .clearPreviousTemplateVersion()
        .build();
  }

  /** Replicas of the version before that are there yet may stay: they are made from the same. */
  private static Service.Builder back(Service before, long version, Instant now, String message) {
    var template = before.getPreviousTemplateVersion();
    return before.toBuilder()
        .setVersion(version)
        .setSpec(before.getPreviousSpec())
        .setTemplateVersion(template == 0 ? version : template)
        .setUpdatedAt(Moments.timestamp(now))
        .setUpdate(
            ServiceUpdate.newBuilder()
                .setNumber(next(before))
                .setState(ServiceUpdateState.SERVICE_UPDATE_STATE_ROLLBACK_STARTED)
                .setStartedAt(Moments.timestamp(now))
                .setMessage(message));
  }

  private static long next(Service before) {
    return before.getUpdate().getNumber() + 1;
  }
}
