package io.gantry.ops.e2e;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * Clients of a cluster to whose hosts anything may happen: two at each agent, one at the host's own
 * socket, one at the socket for all hosts. At its own socket a host that lives must do what it is
 * asked, whatever it hears of others; the other may refuse. Both remember what they were promised.
 */
final class ClusterLoad implements AutoCloseable {
  private static final Duration LONGEST = Duration.ofSeconds(25);

  private static final int KEPT = 4;
  private static final Pattern ID = Pattern.compile("\"Id\":\"([0-9a-f]{64})\"");

  private final TempHosts hosts;
  private final Crowd crowd = new Crowd();
  private final Set<String> promised = ConcurrentHashMap.newKeySet();
  private final Map<String, Integer> refusals = new ConcurrentSkipListMap<>();

  ClusterLoad(TempHosts hosts) {
    this.hosts = hosts;
  }

  void begin() {
    for (var number = 1; number <= hosts.count(); number++) {
      var own = new DockerApi(hosts.host(number).dockerSocket());
      crowd.add("own" + number, (name, round) -> own(own, name, round));
      var asked = number;
      crowd.add("all" + number, (name, round) -> all(asked, name, round));
    }
  }

  /** Ids of containers that an agent said it had made. */
  Set<String> promised() {
    return promised;
  }

  /** What was refused that may be, and how often. */
  Map<String, Integer> refusals() {
    return refusals;
  }

  void complaints() throws InterruptedException, ExecutionException {
    crowd.complaints();
  }

  Map<String, Integer> end() throws InterruptedException, ExecutionException {
    return crowd.end();
  }

  private static void rest() {
    Patient.pause(Duration.ofMillis(ThreadLocalRandom.current().nextInt(1000, 6000)));
  }

  /** One in three lives until it is removed, the others end by themselves. */
  private static String body(int round) {
    var seconds = round % 3 == 0 ? 100000 : round % 3 - 1;
    var network = round % 2 == 0 ? "none" : "bridge";
    return "{\"Image\":\"%s\",\"Cmd\":[\"sleep\",\"%d\"],\"HostConfig\":{\"NetworkMode\":\"%s\"}}"
        .formatted(Busybox.IMAGE, seconds, network);
  }

  private static String older(String name, int round) {
    return name.substring(0, name.lastIndexOf('-') + 1) + (round - KEPT);
  }

  private void own(DockerApi api, String name, int round) throws Exception {
    rest();
    var made = asked(name, () -> api.post("/containers/create?name=" + name, body(round)));
    if (made.isPresent()) {
      promise(name, made.get(), 201);
      asked(name, () -> api.post("/containers/" + name + "/start", ""))
          .ifPresent(answer -> check(name + ": start", answer, 204, 304));
    }
    if (round >= KEPT) {
      var older = older(name, round);
      asked(older, () -> api.delete("/containers/" + older + "?force=1"))
          .ifPresent(answer -> check(older + ": remove", answer, 204, 404));
    }
  }

  private void promise(String name, DockerApi.Answer answer, int status) {
    check(name + ": create", answer, status);
    var id = ID.matcher(answer.text());
    if (!id.find()) {
      throw new AssertionError("%s: no id in %s".formatted(name, answer.text()));
    }
    promised.add(id.group(1));
  }

  private static void check(String what, DockerApi.Answer answer, Integer... accepted) {
    if (!Set.of(accepted).contains(answer.status())) {
      throw new AssertionError("%s: %d %s".formatted(what, answer.status(), answer.text()));
    }
  }

  private void all(int number, String name, int round) throws Exception {
    rest();
    var api = new DockerApi(hosts.host(number).clusterSocket());
    var made = asked(name, () -> api.post("/containers/create?name=" + name, body(round)));
    if (made.isPresent() && granted(made.get())) {
      promise(name, made.get(), 201);
      asked(name, () -> another().post("/containers/" + name + "/start", ""))
          .ifPresent(this::granted);
    }
    if (round >= KEPT) {
      var older = older(name, round);
      asked(older, () -> another().delete("/containers/" + older + "?force=1"))
          .ifPresent(this::granted);
    }
  }

  private DockerApi another() {
    var number = ThreadLocalRandom.current().nextInt(1, hosts.count() + 1);
    return new DockerApi(hosts.host(number).clusterSocket());
  }

  private boolean granted(DockerApi.Answer answer) {
    if (answer.status() < 400) {
      return true;
    }
    var why = answer.text().strip().replaceAll("[0-9a-f]{12,}|(own|all)\\d-\\d+|h\\d", "*");
    refusals.merge(answer.status() + " " + why, 1, Integer::sum);
    return false;
  }

  /**
   * Empty: whether it was done is not known. The connection broke, for the agent is not there; or
   * it took longer than any pause of this test, so that the whole machine has stood still, and a
   * host may have waited in vain for its disk or a program.
   */
  private Optional<DockerApi.Answer> asked(String what, Callable<DockerApi.Answer> request)
      throws Exception {
    var begun = System.nanoTime();
    try {
      var answer = request.call();
      var taken = Duration.ofNanos(System.nanoTime() - begun);
      if (taken.compareTo(LONGEST) < 0) {
        return Optional.of(answer);
      }
      System.out.printf("ClusterLoad: %s: %d after %s%n", what, answer.status(), taken);
      return Optional.empty();
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    crowd.close();
  }
}
