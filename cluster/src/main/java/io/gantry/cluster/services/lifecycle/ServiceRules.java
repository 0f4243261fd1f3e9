package io.gantry.cluster.services.lifecycle;

import io.gantry.protocol.v1.ServiceSpec;
import java.util.HashSet;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a specification of a service may say, in Docker's words where it has some. */
public final class ServiceRules {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9]+(?:[a-zA-Z0-9_-]*[a-zA-Z0-9])?");
  private static final int LONGEST_NAME = 63;

  /** A service with all its slots has to fit into one message between hosts. */
  private static final int MOST_REPLICAS = 1000;

  private static final int LARGEST = 64 << 10;

  private ServiceRules() {}

  /** Empty: nothing. */
  public static Optional<String> wrong(ServiceSpec spec) {
    if (spec.getName().length() > LONGEST_NAME || !NAME.matcher(spec.getName()).matches()) {
      return Optional.of(
          "name must be valid as a DNS name component: \"%s\"".formatted(spec.getName()));
    }
    if (spec.getContainer().getImage().isBlank()) {
      return Optional.of("ContainerSpec: image reference must be provided");
    }
    if (Integer.compareUnsigned(spec.getReplicated().getReplicas(), MOST_REPLICAS) > 0) {
      return Optional.of("a service may have %d replicas at most".formatted(MOST_REPLICAS));
    }
    if (spec.getSerializedSize() > LARGEST) {
      return Optional.of(
          "the specification of a service may have %d bytes at most".formatted(LARGEST));
    }
    if (spec.getReservation().getMemoryBytes() < 0 || spec.getReservation().getNanoCpus() < 0) {
      return Optional.of("reservations cannot be negative");
    }
    for (var constraint : spec.getPlacement().getConstraintsList()) {
      if (NodeConstraint.parse(constraint).isEmpty()) {
        return Optional.of("invalid placement constraint: \"%s\"".formatted(constraint));
      }
    }
    return ports(spec);
  }

  private static Optional<String> ports(ServiceSpec spec) {
    var published = new HashSet<String>();
    for (var port : spec.getEndpoint().getPortsList()) {
      if (port.getTargetPort() == 0 || port.getTargetPort() > 0xffff) {
        return Optional.of("invalid target port %d".formatted(port.getTargetPort()));
      }
      if (!port.getPublishMode().equals("host")) {
        return Optional.of(
            "port %d cannot be published on all hosts: publish mode has to be host"
                .formatted(port.getTargetPort()));
      }
      if (port.getPublishedPort() > 0xffff) {
        return Optional.of("invalid published port %d".formatted(port.getPublishedPort()));
      }
      if (port.getPublishedPort() != 0
          && !published.add(port.getPublishedPort() + "/" + port.getProtocol())) {
        return Optional.of(
            "EndpointSpec: duplicate published ports provided: %d"
                .formatted(port.getPublishedPort()));
      }
    }
    return Optional.empty();
  }

  /** What an update may not change. */
  public static Optional<String> wrong(ServiceSpec before, ServiceSpec now) {
    if (!before.getName().equals(now.getName())) {
      return Optional.of("renaming services is not supported");
    }
    return before.hasGlobal() == now.hasGlobal()
        ? Optional.empty()
        : Optional.of("service mode change is not allowed");
  }

  /** Whether replicas of the one may stay as replicas of the other. */
  public static boolean sameTemplate(ServiceSpec one, ServiceSpec other) {
    return template(one).equals(template(other));
  }

  private static ServiceSpec template(ServiceSpec spec) {
    var template = spec.toBuilder();
    template.getEndpointBuilder().clearMode();
    return template
        .clearLabels()
        .clearMode()
        .clearPlacement() // Those that may not stay where they are go.
        .clearReservation()
        .clearRestart()
        .clearUpdateConfig()
        .clearRollbackConfig()
        .build();
  }

  /** "replicated, 4 replicas of alpine". */
  public static String inWords(ServiceSpec spec) {
    var image = spec.getContainer().getImage();
    return spec.hasGlobal()
        ? "global, %s".formatted(image)
        : "replicated, %d of %s"
            .formatted(spec.hasReplicated() ? spec.getReplicated().getReplicas() : 1, image);
  }
}
