package io.gantry.agent.docker.json;

import com.google.protobuf.Timestamp;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerStatus;
import java.time.Duration;
import java.time.Instant;

/** A container's state in words, as lists show it: "Up 3 seconds (healthy)". */
public final class StatusText {
  private StatusText() {}

  public static String of(Container container, Instant now) {
    var status = container.getStatus();
    return switch (status.getState()) {
      case RUNNING -> "Up " + since(status.getStartedAt(), now) + health(status);
      case PAUSED -> "Up " + since(status.getStartedAt(), now) + " (Paused)";
      case RESTARTING ->
          "Restarting ("
              + status.getExitCode()
              + ") "
              + since(status.getFinishedAt(), now)
              + " ago";
      case EXITED ->
          Times.isNever(status.getFinishedAt())
              ? ""
              : "Exited ("
                  + status.getExitCode()
                  + ") "
                  + since(status.getFinishedAt(), now)
                  + " ago";
      case REMOVING -> "Removal In Progress";
      case DEAD -> "Dead";
      case CREATED, CONTAINER_STATE_UNSPECIFIED, UNRECOGNIZED -> "Created";
    };
  }

  private static String health(ContainerStatus status) {
    if (!status.hasHealth()) {
      return "";
    }
    return switch (status.getHealth().getStatus()) {
      case "starting" -> " (health: starting)";
      case "", "none" -> "";
      default -> " (%s)".formatted(status.getHealth().getStatus());
    };
  }

  private static String since(Timestamp time, Instant now) {
    return human(Duration.between(Moments.instant(time), now));
  }

  /** The words and bounds of Docker's own rounding. */
  static String human(Duration duration) {
    var seconds = duration.toSeconds();
    var minutes = duration.toMinutes();
    var hours = Math.round(duration.toMillis() / 3_600_000.0);
    if (seconds < 1) {
      return "Less than a second";
    }
    if (seconds == 1) {
      return "1 second";
    }
    if (seconds < 60) {
      return seconds + " seconds";
    }
    if (minutes == 1) {
      return "About a minute";
    }
    if (minutes < 60) {
      return minutes + " minutes";
    }
    if (hours == 1) {
      return "About an hour";
    }
    if (hours < 48) {
      return hours + " hours";
    }
    if (hours < 24 * 7 * 2) {
      return hours / 24 + " days";
    }
    if (hours < 24 * 30 * 2) {
      return hours / 24 / 7 + " weeks";
    }
    if (hours < 24 * 365 * 2) {
      return hours / 24 / 30 + " months";
    }
    return duration.toHours() / 24 / 365 + " years";
  }
}
