package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** As many containers as a Linux bridge has ports, and one more. */
@Tag("host")
@EnabledIfSystemProperty(named = "gantry.long", matches = "true")
class FullNetworkE2E {
  private static final int PORTS = 1023;
  private static final int MORE = 8;
  private static final int AT_ONCE = 8;

  @RegisterExtension static final RunningAgent AGENT = new RunningAgent();

  @Test
  void theContainersOfANetworkAreAsManyAsItsBridgeHasPorts() throws Exception {
    AGENT.docker("network", "create", "--subnet", "10.126.0.0/16", "wide");
    var all = atOnce(PORTS + MORE, _ -> created());
    var began = System.nanoTime();
    var answers = atOnce(all.size(), number -> start(all.get(number)));
    System.out.printf(
        "%d starts on one network in %.1f s%n", all.size(), (System.nanoTime() - began) / 1e9);
    assertThat(answers.stream().filter(answer -> answer.status() == 204)).hasSize(PORTS);
    assertThat(answers.stream().filter(answer -> answer.status() != 204))
        .hasSize(MORE)
        .allSatisfy(
            answer ->
                assertThat(answer.text())
                    .contains(
                        "network wide is full: a Linux bridge has 1023 ports, and each container"
                            + " takes one"));
    var refused = all.get(indexOfRefused(answers));
    AGENT.remove(all.get(indexOfStarted(answers)));
    assertThat(start(refused).status()).isEqualTo(204);
    atOnce(all.size(), number -> api().delete("/containers/" + all.get(number) + "?force=1"));
    AGENT.docker("network", "rm", "wide");
  }

  private static int indexOfRefused(List<DockerApi.Answer> answers) {
    return answers.indexOf(
        answers.stream().filter(answer -> answer.status() != 204).findFirst().orElseThrow());
  }

  private static int indexOfStarted(List<DockerApi.Answer> answers) {
    return answers.indexOf(
        answers.stream().filter(answer -> answer.status() == 204).findFirst().orElseThrow());
  }

  private static String created() throws IOException {
    var spec =
        """
        {"Image": "%s", "Cmd": ["sleep", "10000"], "HostConfig": {"NetworkMode": "wide"}}\
        """
            .formatted(Busybox.IMAGE);
    return api()
        .post("/containers/create", spec)
        .succeeded()
        .text()
        .replaceAll(".*\"Id\":\"([0-9a-f]+)\".*", "$1")
        .strip();
  }

  private static DockerApi.Answer start(String id) throws IOException {
    return api().post("/containers/" + id + "/start", "");
  }

  private static DockerApi api() {
    return new DockerApi(AGENT.host().dockerSocket());
  }

  private interface Work<T> {
    T of(int number) throws IOException;
  }

  private static <T> List<T> atOnce(int count, Work<T> work) throws Exception {
    try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
      var running = new ArrayList<Future<T>>();
      for (var number = 0; number < count; number++) {
        var mine = number;
        running.add(threads.submit(() -> work.of(mine)));
      }
      var results = new ArrayList<T>();
      for (var each : running) {
        results.add(each.get());
      }
      return results;
    }
  }
}
