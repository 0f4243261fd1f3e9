package io.gantry.cluster.services;

import io.gantry.agent.Outcome;
import io.gantry.cluster.services.lifecycle.Intended;
import io.gantry.cluster.services.lifecycle.IntentOrder;
import io.gantry.cluster.services.lifecycle.Reign;
import io.gantry.cluster.services.lifecycle.Revisions;
import io.gantry.cluster.services.lifecycle.ServiceRules;
import io.gantry.persistence.event.Provenance;
import io.gantry.persistence.event.ServiceEvent;
import io.gantry.persistence.event.ServiceEvent.Changed.Change;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.GovernRequest;
import io.gantry.protocol.v1.Service;
import io.gantry.protocol.v1.ServiceSpec;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** What clients change about services, at the host whose controller decides. On its thread. */
final class Changes {
  static final String NOT_THE_CONTROLLER = "not the controller";
  private final Formation formation;
  private final Controller controller;
  private final Notes notes;
  private final Identifiers ids;
  private final InstantSource clock;

  Changes(
      Formation formation,
      Controller controller,
      Notes notes,
      Identifiers ids,
      InstantSource clock) {
    this.formation = formation;
    this.controller = controller;
    this.notes = notes;
    this.ids = ids;
    this.clock = clock;
  }

  Outcome<Service> govern(GovernRequest request) {
    var reign = controller.reigning();
    if (reign.isEmpty()) {
      return Outcome.refused(ErrorKind.CONFLICT, NOT_THE_CONTROLLER);
    }
    var intended = Known.of(formation).intended();
    return switch (request.getChangeCase()) {
      case CREATE -> create(reign.get(), intended, request, request.getCreate());
      case UPDATE -> {
        var update = request.getUpdate();
        var before = intended.services().get(update.getServiceId());
        if (before == null) {
          yield notFound(update.getServiceId());
        }
        if (before.getVersion() != update.getVersion()) {
          yield Outcome.refused(ErrorKind.CONFLICT, "update out of sequence");
        }
        yield update.getRollback()
            ? rollBack(reign.get(), request, before)
            : change(reign.get(), request, before, update.getSpec());
      }
      case SCALE -> {
        var scale = request.getScale();
        var before = intended.services().get(scale.getServiceId());
        if (before == null) {
          yield notFound(scale.getServiceId());
        }
        if (before.getSpec().hasGlobal()) {
          yield Outcome.refused(ErrorKind.INVALID, "scale can only be used with replicated mode");
        }
        var spec = before.getSpec().toBuilder();
        if (spec.hasReplicated() && spec.getReplicated().getReplicas() == scale.getReplicas()) {
          yield new Outcome.Unchanged<>(before);
        }
        spec.getReplicatedBuilder().setReplicas(scale.getReplicas());
        yield change(reign.get(), request, before, spec.build());
      }
      case REMOVE -> {
        var before = intended.services().get(request.getRemove());
        yield before == null
            ? notFound(request.getRemove())
            : written(reign.get(), request, before, Change.REMOVED);
      }
      case CHANGE_NOT_SET -> Outcome.refused(ErrorKind.INVALID, "nothing is to be changed");
    };
  }

  private static Outcome<Service> notFound(String reference) {
    return Outcome.refused(ErrorKind.NOT_FOUND, "service %s not found".formatted(reference));
  }

  private Outcome<Service> create(
      Reign reign, Intended intended, GovernRequest request, ServiceSpec asked) {
    var spec = asked.getName().isEmpty() ? named(intended, asked) : asked;
    var wrong = ServiceRules.wrong(spec);
    if (wrong.isPresent()) {
      return Outcome.refused(ErrorKind.INVALID, wrong.get());
    }
    if (isTaken(intended, spec.getName())) {
      return Outcome.refused(
          ErrorKind.CONFLICT,
          "name conflicts with an existing object: service %s already exists"
              .formatted(spec.getName()));
    }
    var now = Moments.timestamp(clock.instant());
    var version = controller.nextVersion();
    var service =
        Service.newBuilder()
            .setId(ids.next())
            .setVersion(version)
            .setTemplateVersion(version)
            .setSpec(spec)
            .setCreatedAt(now)
            .setUpdatedAt(now)
            .build();
    return written(reign, request, service, Change.CREATED);
  }

  private ServiceSpec named(Intended intended, ServiceSpec spec) {
    return spec.toBuilder().setName(ids.name(name -> isTaken(intended, name))).build();
  }

  private static boolean isTaken(Intended intended, String name) {
    return intended.services().values().stream()
        .anyMatch(other -> other.getSpec().getName().equals(name));
  }

  private Outcome<Service> change(
      Reign reign, GovernRequest request, Service before, ServiceSpec spec) {
    var wrong = ServiceRules.wrong(spec).or(() -> ServiceRules.wrong(before.getSpec(), spec));
    if (wrong.isPresent()) {
      return Outcome.refused(ErrorKind.INVALID, wrong.get());
    }
    var service = Revisions.updated(before, spec, controller.nextVersion(), clock.instant());
    return written(reign, request, service, Change.UPDATED);
  }

  private Outcome<Service> rollBack(Reign reign, GovernRequest request, Service before) {
    if (!before.hasPreviousSpec()) {
      return Outcome.refused(
          ErrorKind.CONFLICT,
          "service %s does not have a previous spec".formatted(before.getSpec().getName()));
    }
    var service = Revisions.rolledBack(before, controller.nextVersion(), clock.instant());
    return written(reign, request, service, Change.ROLLBACK_STARTED);
  }

  private Outcome<Service> written(
      Reign reign, GovernRequest request, Service service, Change change) {
    var event =
        new ServiceEvent.Changed(
            service.getId(),
            service.getSpec().getName(),
            change,
            service.getVersion(),
            reign.epoch(),
            ServiceRules.inWords(service.getSpec()),
            clock.instant());
    var asked = new Provenance(request.getRequestId(), request.getPrincipal(), 0);
    if (!notes.keep(List.of(event), asked)) {
      return Outcome.refused(ErrorKind.UNAVAILABLE, "the host that decides cannot record it");
    }
    var removed = change == Change.REMOVED;
    return controller.write(
            reign,
            IntentOrder.serviceKey(service.getId()),
            removed ? Optional.empty() : Optional.of(service))
        ? Outcome.done(service)
        : Outcome.refused(
            ErrorKind.UNAVAILABLE,
            "a majority of the cluster's hosts has not said that it knows; it may learn of it yet");
  }
}
