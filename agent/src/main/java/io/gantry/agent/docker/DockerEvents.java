package io.gantry.agent.docker;

import io.gantry.persistence.event.BuildEvent;
import io.gantry.persistence.event.ContainerEvent;
import io.gantry.persistence.event.HostEvent;
import io.gantry.persistence.event.ImageEvent;
import io.gantry.persistence.event.NetworkEvent;
import io.gantry.persistence.event.PullEvent;
import io.gantry.persistence.event.PushEvent;
import io.gantry.persistence.event.ServiceEvent;
import io.gantry.persistence.event.Subject;
import io.gantry.persistence.event.VolumeEvent;
import io.gantry.persistence.record.Entry;
import io.gantry.protocol.v1.Endpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The record as Docker tells it: one entry becomes no, one or several messages. What an entry does
 * not say of itself (the command of an exec that starts, the networks a container leaves, whether
 * its health is news) is remembered from the entries before it; so there is one of these per
 * stream.
 */
final class DockerEvents {
  private final Function<String, Optional<Instant>> startedAt;
  private final Map<String, String> commands = new HashMap<>();
  private final Map<String, Map<String, Endpoint>> networks = new HashMap<>();
  private final Map<String, String> health = new HashMap<>();
  private final Map<String, Instant> begun = new HashMap<>();
  private final Map<String, String> drivers = new HashMap<>();

  /**
   * @param startedAt when a container was last started, for those that began before the stream
   */
  DockerEvents(Function<String, Optional<Instant>> startedAt) {
    this.startedAt = startedAt;
  }

  List<DockerEvent> translate(Entry entry) {
    var subject = entry.recorded().subject();
    var time = entry.time();
    return switch (entry.recorded().event()) {
      case ContainerEvent event -> container(event, subject, time);
      case ImageEvent event -> image(event, subject, time);
      case VolumeEvent event -> volume(event, subject, time);
      case NetworkEvent event -> network(event, subject, time);
      case HostEvent event -> host(event, time);
      case PullEvent _, PushEvent _, BuildEvent _ -> List.of();
    };
  }

  // -- containers

  private List<DockerEvent> container(ContainerEvent event, Subject subject, Instant time) {
    var said = new Said(subject, time);
    return switch (event) {
      case ContainerEvent.Created _ -> said.of("create");
      case ContainerEvent.Renamed(var oldName, _, _) ->
          said.of("rename", Map.of("oldName", "/" + oldName));
      case ContainerEvent.Started started -> started(started, subject, time);
      case ContainerEvent.StopRequested(var signal, _, _, _) ->
          said.of("kill", Map.of("signal", SignalNumber.of(signal)));
      case ContainerEvent.ShutdownRequested(var signal, _, _) ->
          said.of("kill", Map.of("signal", SignalNumber.of(signal)));
      case ContainerEvent.KillRequested(var signal, _, _) ->
          said.of("kill", Map.of("signal", SignalNumber.of(signal)));
      case ContainerEvent.Stopped _ -> said.of("stop");
      case ContainerEvent.Paused _ -> said.of("pause");
      case ContainerEvent.Unpaused _ -> said.of("unpause");
      case ContainerEvent.Exited exited -> exited(exited, subject, time);
      case ContainerEvent.OutOfMemory _ -> said.of("oom");
      case ContainerEvent.HealthChecked(_, var status, _, _, _) ->
          status.equals(health.put(subject.id(), status))
              ? List.of()
              : said.of("health_status: " + status);
      case ContainerEvent.Updated _ -> said.of("update");
      case ContainerEvent.NetworkConnected(var name, var id, _, var endpoint, _) -> {
        if (endpoint.isEmpty()) {
          yield List.of(); // it takes its place when it starts
        }
        networks.computeIfAbsent(subject.id(), _ -> new TreeMap<>()).put(name, endpoint.get());
        yield List.of(onNetwork("connect", id, name, subject.id(), time));
      }
      case ContainerEvent.NetworkDisconnected(var name, var id, _) -> {
        networks.getOrDefault(subject.id(), new TreeMap<>()).remove(name);
        yield List.of(onNetwork("disconnect", id, name, subject.id(), time));
      }
      case ContainerEvent.ExecCreated(var id, var spec, _) -> {
        commands.put(id, command(spec.getCommandList()));
        yield said.of(withCommand("exec_create", id), Map.of("execID", id));
      }
      case ContainerEvent.ExecStarted(var id, _) ->
          said.of(withCommand("exec_start", id), Map.of("execID", id));
      case ContainerEvent.ExecEnded(var id, var code, _) -> {
        commands.remove(id);
        yield said.of("exec_die", Map.of("execID", id, "exitCode", Integer.toString(code)));
      }
      case ContainerEvent.Observed(var action, var attributes, _) -> said.of(action, attributes);
      case ContainerEvent.Removed _ -> {
        networks.remove(subject.id());
        health.remove(subject.id());
        begun.remove(subject.id());
        yield said.of("destroy");
      }
      case ContainerEvent.StartRequested _,
          ContainerEvent.RestartScheduled _,
          ContainerEvent.RestartCancelled _,
          ContainerEvent.RemoveRequested _,
          ContainerEvent.StartFailed _, // whoever asked for the start is told
          ContainerEvent.RemoveFailed _ ->
          List.of();
    };
  }

  /** The program, a space, its arguments: also where there are none. */
  private static String command(List<String> argv) {
    return argv.isEmpty()
        ? ""
        : argv.getFirst() + " " + String.join(" ", argv.subList(1, argv.size()));
  }

  private String withCommand(String action, String execId) {
    var command = commands.get(execId);
    return command == null ? action : action + ": " + command;
  }

  private List<DockerEvent> started(ContainerEvent.Started started, Subject subject, Instant time) {
    var all = new java.util.ArrayList<DockerEvent>();
    var places = new TreeMap<>(started.endpoints());
    networks.put(subject.id(), places);
    health.put(subject.id(), "starting");
    begun.put(subject.id(), time);
    places.forEach(
        (name, endpoint) ->
            all.add(onNetwork("connect", endpoint.getNetworkId(), name, subject.id(), time)));
    all.addAll(new Said(subject, time).of("start"));
    return all;
  }

  private List<DockerEvent> exited(ContainerEvent.Exited exited, Subject subject, Instant time) {
    var all = new java.util.ArrayList<DockerEvent>();
    var how = new TreeMap<>(Map.of("exitCode", Integer.toString(exited.code())));
    var since =
        begun.containsKey(subject.id())
            ? begun.remove(subject.id())
            : startedAt.apply(subject.id()).filter(at -> !at.isAfter(time)).orElse(null);
    if (since != null) {
      how.put("execDuration", Long.toString(Duration.between(since, time).toSeconds()));
    }
    all.addAll(new Said(subject, time).of("die", how));
    var places = networks.remove(subject.id());
    if (places != null) {
      places.forEach(
          (name, endpoint) ->
              all.add(onNetwork("disconnect", endpoint.getNetworkId(), name, subject.id(), time)));
    }
    return all;
  }

  private DockerEvent onNetwork(
      String action, String networkId, String name, String container, Instant time) {
    var attributes = new TreeMap<String, String>();
    attributes.put("container", container);
    attributes.put("name", name);
    attributes.put("type", driver(networkId, name));
    return new DockerEvent("network", action, networkId, attributes, time);
  }

  private String driver(String networkId, String name) {
    return switch (name) {
      case "host" -> "host";
      case "none" -> "null";
      default -> drivers.getOrDefault(networkId, "bridge");
    };
  }

  /** Messages about one container: image, name and all labels go with each. */
  private record Said(Subject subject, Instant time) {
    List<DockerEvent> of(String action) {
      return of(action, Map.of());
    }

    List<DockerEvent> of(String action, Map<String, String> more) {
      var attributes = new LinkedHashMap<>(subject.labels());
      attributes.putAll(new TreeMap<>(more));
      attributes.put("image", subject.image());
      attributes.put("name", subject.name());
      return List.of(new DockerEvent("container", action, subject.id(), attributes, time));
    }
  }

  // -- the host

  private static List<DockerEvent> host(HostEvent event, Instant time) {
    return switch (event) {
      case HostEvent.Pruned(var kind, var reclaimedBytes, _) ->
          List.of(
              new DockerEvent(
                  kind, "prune", "", Map.of("reclaimed", Long.toString(reclaimedBytes)), time));
      case HostEvent.AgentStarted _,
          HostEvent.AgentStopping _,
          HostEvent.ClusterEntered _,
          HostEvent.ClusterLeft _,
          HostEvent.HostChanged _,
          HostEvent.TokenRotated _,
          HostEvent.CertificateRenewed _,
          HostEvent.StrangerRefused _ ->
          List.of();
      case ServiceEvent service -> service(service, time);
    };
  }

  /** What is done to a service; Docker has no word for where its replicas go. */
  private static List<DockerEvent> service(ServiceEvent event, Instant time) {
    return switch (event) {
      case ServiceEvent.Changed(var id, var name, var change, _, _, _, _) ->
          List.of(
              switch (change) {
                case CREATED -> service("create", id, Map.of("name", name), time);
                case UPDATED -> service("update", id, Map.of("name", name), time);
                case REMOVED -> service("remove", id, Map.of("name", name), time);
                case UPDATE_STARTED -> updating("updating", id, name, time);
                case UPDATE_PAUSED -> updating("paused", id, name, time);
                case UPDATE_COMPLETED -> updating("completed", id, name, time);
                case ROLLBACK_STARTED -> updating("rollback_started", id, name, time);
                case ROLLBACK_PAUSED -> updating("rollback_paused", id, name, time);
                case ROLLBACK_COMPLETED -> updating("rollback_completed", id, name, time);
              });
      case ServiceEvent.ControllerBegan _,
          ServiceEvent.Placed _,
          ServiceEvent.Lost _,
          ServiceEvent.Fenced _ ->
          List.of();
    };
  }

  private static DockerEvent service(
      String action, String id, Map<String, String> attributes, Instant time) {
    return new DockerEvent("service", action, id, attributes, time);
  }

  private static DockerEvent updating(String state, String id, String name, Instant time) {
    return service("update", id, Map.of("name", name, "updatestate.new", state), time);
  }

  // -- images, volumes, networks

  private static List<DockerEvent> image(ImageEvent event, Subject subject, Instant time) {
    return switch (event) {
      // The container's own entry tells of a commit, the build's stream of a build.
      case ImageEvent.Added(var id, var how, _, _) ->
          how.equals("build") || how.equals("commit")
              ? List.of()
              : imageSaid(how, id, id, subject, time);
      case ImageEvent.Tagged(var reference, var id, _) ->
          imageSaid("tag", id, familiar(reference), subject, time);
      case ImageEvent.Untagged(_, var id, _) -> imageSaid("untag", id, id, subject, time);
      case ImageEvent.Deleted(var id, _) -> imageSaid("delete", id, id, subject, time);
      case ImageEvent.Pulled pulled -> transferred("pull", pulled.reference(), subject, time);
      case ImageEvent.Pushed pushed -> transferred("push", pushed.reference(), subject, time);
    };
  }

  /** Docker names the reference as the subject, and the repository as its name. */
  private static List<DockerEvent> transferred(
      String action, String reference, Subject subject, Instant time) {
    var whole = familiar(reference);
    var digest = whole.indexOf('@');
    var tag = whole.lastIndexOf(':');
    var end = digest >= 0 ? digest : tag > whole.lastIndexOf('/') ? tag : whole.length();
    return imageSaid(action, whole, whole.substring(0, end), subject, time);
  }

  private static List<DockerEvent> imageSaid(
      String action, String id, String name, Subject subject, Instant time) {
    var attributes = new LinkedHashMap<>(subject.labels());
    attributes.put("name", name);
    return List.of(new DockerEvent("image", action, id, attributes, time));
  }

  /** As people write it: without Docker's own registry and its library. */
  static String familiar(String reference) {
    var rest =
        reference.startsWith("docker.io/") ? reference.substring("docker.io/".length()) : reference;
    return rest.equals(reference) || !rest.startsWith("library/")
        ? rest
        : rest.substring("library/".length());
  }

  private static List<DockerEvent> volume(VolumeEvent event, Subject subject, Instant time) {
    return switch (event) {
      case VolumeEvent.Created _ -> volumeSaid("create", Map.of(), subject, time);
      case VolumeEvent.Mounted(var container, var destination, var readWrite, _) ->
          volumeSaid(
              "mount",
              Map.of(
                  "container",
                  container,
                  "destination",
                  destination,
                  "propagation",
                  "",
                  "read/write",
                  Boolean.toString(readWrite)),
              subject,
              time);
      case VolumeEvent.Unmounted(var container, _) ->
          volumeSaid("unmount", Map.of("container", container), subject, time);
      case VolumeEvent.Removed _ -> volumeSaid("destroy", Map.of(), subject, time);
      case VolumeEvent.Claimed _, VolumeEvent.Unclaimed _, VolumeEvent.RemoveRequested _ ->
          List.of();
    };
  }

  private static List<DockerEvent> volumeSaid(
      String action, Map<String, String> more, Subject subject, Instant time) {
    var attributes = new TreeMap<>(more);
    attributes.put("driver", "local");
    return List.of(new DockerEvent("volume", action, subject.id(), attributes, time));
  }

  private List<DockerEvent> network(NetworkEvent event, Subject subject, Instant time) {
    return switch (event) {
      case NetworkEvent.Created(var spec, _, _) -> {
        drivers.put(subject.id(), spec.getDriver());
        yield networkSaid("create", subject, time);
      }
      case NetworkEvent.Removed _ -> networkSaid("destroy", subject, time);
      // The container's own entries tell of these.
      case NetworkEvent.Connected _, NetworkEvent.Disconnected _ -> List.of();
    };
  }

  private List<DockerEvent> networkSaid(String action, Subject subject, Instant time) {
    var attributes = new TreeMap<String, String>();
    attributes.put("name", subject.name());
    attributes.put("type", driver(subject.id(), subject.name()));
    return List.of(new DockerEvent("network", action, subject.id(), attributes, time));
  }
}
