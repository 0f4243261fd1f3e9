package io.gantry.agent.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.persistence.event.ContainerEvent;
import io.gantry.persistence.event.Event;
import io.gantry.persistence.event.HostEvent;
import io.gantry.persistence.event.ImageEvent;
import io.gantry.persistence.event.NetworkEvent;
import io.gantry.persistence.event.Provenance;
import io.gantry.persistence.event.Recorded;
import io.gantry.persistence.event.Subject;
import io.gantry.persistence.event.VolumeEvent;
import io.gantry.persistence.record.Entry;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.Endpoint;
import io.gantry.protocol.v1.EndpointSpec;
import io.gantry.protocol.v1.ExecSpec;
import io.gantry.protocol.v1.HealthResult;
import io.gantry.protocol.v1.NetworkSpec;
import io.gantry.protocol.v1.VolumeSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DockerEventsTest {
  static final Instant NOON = FakeContainers.NOON;
  private static final Subject WEB =
      new Subject("container", "c1", "web", "busybox:1", Map.of("label", "value"));
  private static final Endpoint BRIDGE = Endpoint.newBuilder().setNetworkId("n1").build();

  static Entry entry(long sequence, Subject subject, Event event) {
    return new Entry(
        sequence,
        1,
        NOON.plusSeconds(sequence),
        "%s|%s".formatted(subject.kind(), subject.id()),
        new Recorded<>(event, subject, Provenance.ENGINE),
        new byte[32]);
  }

  /** What is said of a container, one line a message: type action attributes. */
  private static List<String> said(ContainerEvent... events) {
    return said(WEB, events);
  }

  private static List<String> said(Subject subject, Event... events) {
    var translation = new DockerEvents(_ -> Optional.empty());
    var lines = new ArrayList<String>();
    for (var event : events) {
      for (var message : translation.translate(entry(1, subject, event))) {
        var attributes = new TreeMap<>(message.attributes());
        attributes.keySet().removeAll(List.of("image", "label"));
        if (message.type().equals("container")) {
          attributes.remove("name");
        }
        lines.add(
            "%s %s %s%s"
                .formatted(
                    message.type(),
                    message.action(),
                    message.id(),
                    attributes.isEmpty() ? "" : " " + attributes));
      }
    }
    return lines;
  }

  static ContainerEvent.Created created() {
    return new ContainerEvent.Created(
        "web",
        ContainerSpec.getDefaultInstance(),
        "sha256:1",
        List.of(),
        List.of(),
        List.of(),
        NOON);
  }

  static ContainerEvent.Started started() {
    return new ContainerEvent.Started(
        1, 42, 43, Map.of("bridge", BRIDGE), Map.of(), List.of(), List.of(), NOON);
  }

  static ContainerEvent.Exited exited(int code) {
    return new ContainerEvent.Exited(1, code, false, false, NOON);
  }

  private static ContainerEvent.HealthChecked health(String status) {
    return new ContainerEvent.HealthChecked(1, status, 0, HealthResult.getDefaultInstance(), NOON);
  }

  @Test
  void aRunIsCreateConnectStart() {
    assertThat(
            said(
                created(),
                new ContainerEvent.StartRequested(1, ContainerEvent.StartCause.USER, NOON),
                started()))
        .containsExactly(
            "container create c1",
            "network connect n1 {container=c1, name=bridge, type=bridge}",
            "container start c1");
  }

  @Test
  void aStopIsKillDieStop() {
    assertThat(
            said(
                new ContainerEvent.StopRequested(
                    "SIGTERM", Optional.of(Duration.ofSeconds(10)), false, NOON),
                new ContainerEvent.KillRequested("SIGKILL", true, NOON),
                exited(137),
                new ContainerEvent.Stopped(NOON)))
        .containsExactly(
            "container kill c1 {signal=15}",
            "container kill c1 {signal=9}",
            "container die c1 {exitCode=137}",
            "container stop c1");
  }

  @Test
  void aForcedRemovalIsKillDieDestroy() {
    assertThat(
            said(
                started(),
                new ContainerEvent.KillRequested("KILL", true, NOON),
                new ContainerEvent.RemoveRequested(true, true, NOON),
                exited(137),
                new ContainerEvent.Removed(NOON)))
        .containsExactly(
            "network connect n1 {container=c1, name=bridge, type=bridge}",
            "container start c1",
            "container kill c1 {signal=9}",
            "container die c1 {execDuration=0, exitCode=137}",
            "network disconnect n1 {container=c1, name=bridge, type=bridge}",
            "container destroy c1");
  }

  @Test
  void anExecNamesItsCommand() {
    var spec = ExecSpec.newBuilder().addCommand("sh").addCommand("-c").addCommand("ls").build();
    assertThat(
            said(
                new ContainerEvent.ExecCreated("e1", spec, NOON),
                new ContainerEvent.ExecStarted("e1", NOON),
                new ContainerEvent.ExecEnded("e1", 3, NOON),
                new ContainerEvent.ExecStarted("older", NOON)))
        .containsExactly(
            "container exec_create: sh -c ls c1 {execID=e1}",
            "container exec_start: sh -c ls c1 {execID=e1}",
            "container exec_die c1 {execID=e1, exitCode=3}",
            "container exec_start c1 {execID=older}");
  }

  @Test
  void anExecWithoutArgumentsKeepsTheSpaceBehindItsCommand() {
    assertThat(
            said(
                new ContainerEvent.ExecCreated(
                    "e1", ExecSpec.newBuilder().addCommand("true").build(), NOON)))
        .containsExactly("container exec_create: true  c1 {execID=e1}");
  }

  @Test
  void theRunThatBeganBeforeTheStreamHasALengthToo() {
    var events = new DockerEvents(_ -> Optional.of(NOON.minusSeconds(60)));
    assertThat(events.translate(entry(7, WEB, exited(3))))
        .singleElement()
        .satisfies(event -> assertThat(event.attributes()).containsEntry("execDuration", "67"));
  }

  @Test
  void whatBeganAfterTheExitWasAnotherRun() {
    var events = new DockerEvents(_ -> Optional.of(NOON.plusSeconds(60)));
    assertThat(events.translate(entry(7, WEB, exited(3))))
        .singleElement()
        .satisfies(event -> assertThat(event.attributes()).doesNotContainKey("execDuration"));
  }

  @Test
  void healthIsToldWhenItChanges() {
    assertThat(said(health("starting"), health("healthy"), health("healthy"), health("unhealthy")))
        .containsExactly(
            "container health_status: starting c1",
            "container health_status: healthy c1",
            "container health_status: unhealthy c1");
  }

  @Test
  void smallThingsHaveTheirNames() {
    assertThat(
            said(
                new ContainerEvent.Renamed("old", "web", NOON),
                new ContainerEvent.Paused(NOON),
                new ContainerEvent.Unpaused(NOON),
                new ContainerEvent.OutOfMemory(1, ContainerEvent.Shortage.UNKNOWN, NOON),
                new ContainerEvent.Updated(Optional.empty(), Optional.empty(), NOON),
                new ContainerEvent.StartFailed(1, 127, "no", NOON),
                new ContainerEvent.Observed("resize", Map.of("height", "24"), NOON),
                new ContainerEvent.Observed("restart", Map.of(), NOON)))
        .containsExactly(
            "container rename c1 {oldName=/old}",
            "container pause c1",
            "container unpause c1",
            "container oom c1",
            "container update c1",
            "container resize c1 {height=24}",
            "container restart c1");
  }

  @Test
  void connectingIsToldWhereItTakesPlace() {
    assertThat(
            said(
                new ContainerEvent.NetworkConnected(
                    "n", "n9", EndpointSpec.getDefaultInstance(), Optional.empty(), NOON),
                new ContainerEvent.NetworkConnected(
                    "n", "n9", EndpointSpec.getDefaultInstance(), Optional.of(BRIDGE), NOON),
                new ContainerEvent.NetworkDisconnected("n", "n9", NOON)))
        .containsExactly(
            "network connect n9 {container=c1, name=n, type=bridge}",
            "network disconnect n9 {container=c1, name=n, type=bridge}");
  }

  @Test
  void whatDockerDoesNotTellIsNotTold() {
    assertThat(
            said(
                new ContainerEvent.RestartScheduled(1, Duration.ofSeconds(1), NOON),
                new ContainerEvent.RestartCancelled(NOON),
                new ContainerEvent.RemoveFailed("busy", NOON)))
        .isEmpty();
    assertThat(
            said(
                new Subject("host", "h", "h", "", Map.of()),
                new HostEvent.AgentStarted("1", "b", NOON)))
        .isEmpty();
  }

  @Test
  void imagesVolumesAndNetworksHaveTheirs() {
    assertThat(
            said(
                new Subject("image", "sha256:1", "sha256:1", "", Map.of()),
                new ImageEvent.Added("sha256:1", "load", "", NOON),
                new ImageEvent.Tagged("docker.io/library/busybox:1", "sha256:1", NOON),
                new ImageEvent.Untagged("docker.io/library/busybox:1", "sha256:1", NOON),
                new ImageEvent.Deleted("sha256:1", NOON)))
        .containsExactly(
            "image load sha256:1 {name=sha256:1}",
            "image tag sha256:1 {name=busybox:1}",
            "image untag sha256:1 {name=sha256:1}",
            "image delete sha256:1 {name=sha256:1}");
    assertThat(
            said(
                new Subject("volume", "v", "v", "", Map.of()),
                new VolumeEvent.Created(VolumeSpec.getDefaultInstance(), NOON),
                new VolumeEvent.Claimed("c1", NOON),
                new VolumeEvent.Mounted("c1", "/d", true, NOON),
                new VolumeEvent.Unmounted("c1", NOON),
                new VolumeEvent.Removed(NOON)))
        .containsExactly(
            "volume create v {driver=local}",
            "volume mount v {container=c1, destination=/d, driver=local, propagation=,"
                + " read/write=true}",
            "volume unmount v {container=c1, driver=local}",
            "volume destroy v {driver=local}");
    assertThat(
            said(
                new Subject("network", "n9", "mine", "", Map.of()),
                new NetworkEvent.Created(
                    NetworkSpec.newBuilder().setDriver("bridge").build(), "br", NOON),
                new NetworkEvent.Removed(NOON)))
        .containsExactly(
            "network create n9 {name=mine, type=bridge}",
            "network destroy n9 {name=mine, type=bridge}");
  }

  @Test
  void imageNameAndLabelsGoWithEveryContainerMessage() {
    assertThat(new DockerEvents(_ -> Optional.empty()).translate(entry(7, WEB, exited(3))))
        .containsExactly(
            new DockerEvent(
                "container",
                "die",
                "c1",
                Map.of("exitCode", "3", "image", "busybox:1", "label", "value", "name", "web"),
                NOON.plusSeconds(7)));
  }

  @Test
  void aPruneIsOneMessageAboutNothingInParticular() {
    var host = new Subject("host", "h1", "host", "", Map.of());
    assertThat(said(host, new HostEvent.Pruned("network", 0, NOON)))
        .containsExactly("network prune  {reclaimed=0}");
    assertThat(said(host, new HostEvent.Pruned("builder", 4096, NOON)))
        .containsExactly("builder prune  {reclaimed=4096}");
  }
}
