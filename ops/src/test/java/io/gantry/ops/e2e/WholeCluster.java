package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.util.JsonFormat;
import io.gantry.ops.audit.Alive;
import io.gantry.ops.audit.ContainersAudit;
import io.gantry.ops.audit.HostEntry;
import io.gantry.ops.audit.ReplicasAudit;
import io.gantry.ops.audit.ReplicasAudit.Told;
import io.gantry.ops.audit.StreamAudit;
import io.gantry.protocol.v1.JournalEntry;
import io.gantry.protocol.v1.WatchResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Looks whether a cluster with a service of replicas is whole, and whether its records are true.
 */
record WholeCluster(TempHosts hosts, String service, int replicas) {
  private static final ObjectMapper JSON = new ObjectMapper();

  private DockerApi api(int number) {
    return new DockerApi(hosts.host(number).dockerSocket());
  }

  private static String filters(String json) {
    return "?filters=" + URLEncoder.encode(json, StandardCharsets.UTF_8);
  }

  /** All hosts take part, and each slot runs once: as the hosts have it, and as each tells it. */
  void isWhole() throws IOException {
    assertThat(hosts.ready()).as("hosts that take part").containsOnly(hosts.count());
    var slots = IntStream.rangeClosed(1, replicas).mapToObj(String::valueOf).toList();
    assertThat(running()).as("slots that run").containsExactlyInAnyOrderElementsOf(slots);
    for (var number = 1; number <= hosts.count(); number++) {
      assertThat(told(number).stream().map(Told::slot))
          .as("slots that run, as h%d says", number)
          .containsExactlyInAnyOrderElementsOf(slots);
    }
  }

  private List<String> running() throws IOException {
    var slots = new ArrayList<String>();
    var label = "{\"label\":[\"com.docker.swarm.service.name=%s\"]}".formatted(service);
    for (var number = 1; number <= hosts.count(); number++) {
      var listed = api(number).get("/containers/json" + filters(label)).succeeded().text();
      for (var container : JSON.readTree(listed)) {
        slots.add(container.at("/Labels/gantry.service.slot").asText());
      }
    }
    return slots;
  }

  /** What a host says that runs of the service. */
  private Set<Told> told(int number) throws IOException {
    var names = new HashMap<String, String>();
    for (var node : JSON.readTree(api(number).get("/nodes").succeeded().text())) {
      names.put(node.at("/ID").asText(), node.at("/Description/Hostname").asText());
    }
    var filter = "{\"service\":[\"%s\"],\"desired-state\":[\"running\"]}".formatted(service);
    var told = new HashSet<Told>();
    for (var task : JSON.readTree(api(number).get("/tasks" + filters(filter)).succeeded().text())) {
      if (task.at("/Status/State").asText().equals("running")) {
        told.add(told(task, names));
      }
    }
    return told;
  }

  private static Told told(JsonNode task, Map<String, String> names) {
    return new Told(
        task.at("/ID").asText(),
        task.at("/Slot").asText(),
        names.getOrDefault(task.at("/NodeID").asText(), "?"));
  }

  /** What the hosts' kernels have, without asking an agent. */
  List<Alive> alive() {
    var alive = new ArrayList<Alive>();
    for (var number = 1; number <= hosts.count(); number++) {
      var host = "h" + number;
      new Leftovers(hosts.host(number))
          .containers()
          .forEach((id, pids) -> alive.add(new Alive(host, id, pids)));
    }
    return alive;
  }

  /** The whole record of each host, as that host itself has it. */
  private Map<String, List<JournalEntry>> records() throws IOException {
    var records = new TreeMap<String, List<JournalEntry>>();
    for (var number = 1; number <= hosts.count(); number++) {
      var entries = new ArrayList<JournalEntry>();
      var printed = hosts.gantry(number, "events", "--after", "0", "--format", "json");
      for (var line : printed.succeeded().lines().toList()) {
        var response = WatchResponse.newBuilder();
        JsonFormat.parser().merge(line, response);
        if (response.hasEntry()) {
          entries.add(response.getEntry());
        }
      }
      records.put("h" + number, entries);
    }
    return records;
  }

  /**
   * All that is wrong with what was followed of the merged record, with the hosts' own records, and
   * with what runs. The hosts are at rest: nobody asks anything of them.
   */
  List<String> complaints(FollowedRecord followed, Set<String> promised) throws IOException {
    var before = alive();
    var records = records();
    var told = new TreeMap<String, Set<Told>>();
    for (var number = 1; number <= hosts.count(); number++) {
      told.put("h" + number, told(number));
    }
    var alive = alive();
    assertThat(alive).as("what runs, while it is looked through").isEqualTo(before);
    var merged =
        records.entrySet().stream()
            .flatMap(
                host -> host.getValue().stream().map(entry -> new HostEntry(host.getKey(), entry)))
            .toList();
    var complaints = new ArrayList<>(StreamAudit.complaints(records, followed.entries()));
    complaints.addAll(ContainersAudit.complaints(merged, alive, promised));
    complaints.addAll(ReplicasAudit.complaints(service, replicas, merged, alive, told));
    return complaints;
  }
}
