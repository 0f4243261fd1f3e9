package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Hosts on one machine, numbered from 1: a {@link TempHost} and an agent each, their networks
 * joined by a switch where they can be cut apart. Closing it ends the agents and leaves nothing.
 */
final class TempHosts implements AutoCloseable {
  private static final Duration JOINED = Duration.ofSeconds(90);

  private final String switchName =
      "gts%06x".formatted(ThreadLocalRandom.current().nextInt(1 << 24));
  private final List<TempHost> hosts = new ArrayList<>();
  private final List<AgentProcess> agents = new ArrayList<>();
  private final List<String> flags;

  private TempHosts(List<String> flags) {
    this.flags = flags;
  }

  /** Starts so many, all at once; each is called h1, h2 and so on. */
  static TempHosts start(int count, String... flags) {
    var all = new TempHosts(List.of(flags));
    try {
      all.wire("add");
      for (var number = 1; number <= count; number++) {
        all.hosts.add(TempHost.create());
        all.plug(number);
      }
      all.agents.addAll(
          IntStream.rangeClosed(1, count)
              .mapToObj(number -> CompletableFuture.supplyAsync(() -> all.agent(number)))
              .toList()
              .stream()
              .map(CompletableFuture::join)
              .toList());
      return all;
    } catch (RuntimeException | AssertionError failed) {
      all.close();
      throw failed;
    }
  }

  /** Makes them one cluster, each with the busybox image. Returns when all take part. */
  void join() throws IOException {
    for (var number = 1; number <= count(); number++) {
      Busybox.importInto(host(number));
    }
    gantry(1, "cluster", "init").succeeded();
    var token = gantry(1, "cluster", "token").succeeded().strip();
    for (var number = 2; number <= count(); number++) {
      gantry(number, "cluster", "join", address(1), "--token", token).succeeded();
    }
    Eventually.holds(JOINED, () -> assertThat(ready()).containsOnly(count()));
  }

  /** How many hosts each host says take part: all of them, where nothing is wrong. */
  List<Integer> ready() throws IOException {
    var ready = new ArrayList<Integer>();
    for (var host : hosts) {
      var nodes = new DockerApi(host.dockerSocket()).get("/nodes").succeeded().text();
      ready.add(nodes.split("\"State\":\"ready\"", -1).length - 1);
    }
    return ready;
  }

  int count() {
    return hosts.size();
  }

  TempHost host(int number) {
    return hosts.get(number - 1);
  }

  AgentProcess agent(int number, String... more) {
    var all = new ArrayList<>(flags);
    all.addAll(List.of("--name", "h" + number));
    all.addAll(List.of("--docker-cluster", "unix://" + host(number).clusterSocket()));
    all.addAll(List.of(more));
    return AgentProcess.start(host(number), all.toArray(String[]::new));
  }

  static String address(int number) {
    return "10.77.0." + number;
  }

  DockerCli docker(int number) {
    return new DockerCli(host(number));
  }

  /** Docker's command line, pointed at all hosts through one of them. */
  DockerCli cluster(int number) {
    return new DockerCli(host(number).clusterSocket());
  }

  Command.Result gantry(int number, String... words) {
    var all = new ArrayList<>(List.of(AgentProcess.DISTRIBUTION.resolve("bin/gantry").toString()));
    all.addAll(List.of("--grpc", "unix://" + host(number).grpcSocket()));
    all.addAll(List.of(words));
    return Command.run(all);
  }

  /** These hear each other, and none of the others; the others hear each other. */
  void cut(int... numbers) {
    wire(Stream.concat(Stream.of("segment", "1"), IntStream.of(numbers).mapToObj(String::valueOf)));
  }

  /** All hear each other again. */
  void heal() {
    wire(
        Stream.concat(
            Stream.of("segment", "0"),
            IntStream.rangeClosed(1, hosts.size()).mapToObj(String::valueOf)));
  }

  /** The agent ends by SIGKILL; its containers go on. */
  void kill(int number) {
    agents.get(number - 1).kill();
  }

  /** As the power cut: the agent and all its containers, and then the host is there again. */
  void reboot(int number) {
    kill(number);
    host(number).reboot();
    plug(number);
  }

  /** The agent of a host that has none any more. */
  void restart(int number) {
    agents.set(number - 1, agent(number));
  }

  /** The agent does nothing until it is told to {@link #resume}; its sockets stay open. */
  void pause(int number) {
    signal(number, "STOP");
  }

  void resume(int number) {
    signal(number, "CONT");
  }

  private void signal(int number, String signal) {
    Command.run(List.of("kill", "-" + signal, Long.toString(agents.get(number - 1).pid())))
        .succeeded();
  }

  private void plug(int number) {
    var cidr = address(number) + "/24";
    wire("plug", host(number).networkNamespace(), Integer.toString(number), cidr);
  }

  private void wire(String verb, String... words) {
    wire(Stream.concat(Stream.of(verb), Stream.of(words)));
  }

  private void wire(Stream<String> words) {
    var all = new ArrayList<>(words.toList());
    all.addFirst(Path.of("dev/switch").toAbsolutePath().toString());
    all.add(2, switchName);
    Command.run(all).succeeded();
  }

  @Override
  public void close() {
    var wrong = new ArrayList<String>();
    Stream.<AutoCloseable>concat(agents.stream(), hosts.reversed().stream())
        .forEach(
            each -> {
              try {
                each.close();
              } catch (Exception | AssertionError failed) {
                wrong.add(failed.toString());
              }
            });
    Command.run(List.of("ip", "netns", "del", switchName));
    if (!wrong.isEmpty()) {
      throw new AssertionError(String.join("\n", wrong));
    }
  }
}
