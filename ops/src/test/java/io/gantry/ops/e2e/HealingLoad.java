package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client of what the agent does unasked: it restarts what fails, as often as it was told, removes
 * what ends, and finds out who is ill.
 */
record HealingLoad(Insistent client, RunsFile runs) {
  private static final String CHECK =
      "\"Healthcheck\":{\"Test\":[\"CMD-SHELL\",\"test ! -e"
          + " /tmp/ill\"],\"Interval\":300000000,\"Retries\":2}";

  void restarted(String name, int round) throws Exception {
    client.run(
        name,
        script(name, 3),
        host("\"RestartPolicy\":{\"Name\":\"on-failure\",\"MaximumRetryCount\":2}"));
    client.awaits(
        name + ": end of the last run",
        Insistent.container(name),
        answer -> answer.text().contains("\"Status\":\"exited\""));
    assertThat(client.look(name, Insistent.container(name)).text())
        .contains("\"ExitCode\":3", "\"RestartCount\":2");
    assertThat(runs.count(name)).as("runs of " + name).isEqualTo(3);
    client.removeContainer(name);
  }

  /** With a volume of its own, which goes with it. */
  void removed(String name, int round) throws Exception {
    client.run(name, script(name, 5) + ",\"Volumes\":{\"/var\":{}}", host("\"AutoRemove\":true"));
    client.awaits(name + ": removal", Insistent.container(name), answer -> answer.status() == 404);
    assertThat(runs.count(name)).as("runs of " + name).isEqualTo(1);
  }

  void ill(String name, int round) throws Exception {
    client.run(name, "\"Cmd\":[\"sleep\",\"1000\"]," + CHECK, "\"NetworkMode\":\"none\"");
    awaitHealth(name, "healthy");
    client.output(name, "touch /tmp/ill");
    awaitHealth(name, "unhealthy");
    client.output(name, "rm -f /tmp/ill");
    awaitHealth(name, "healthy");
    client.removeContainer(name);
  }

  private void awaitHealth(String name, String health) throws Exception {
    client.awaits(
        name + ": " + health,
        Insistent.container(name),
        answer -> answer.text().contains("\"Health\":{\"Status\":\"%s\"".formatted(health)));
  }

  private static String script(String name, int code) {
    return "\"Cmd\":[\"sh\",\"-c\",\"echo %s >> /out/runs; sleep 0.1; exit %d\"]"
        .formatted(name, code);
  }

  private String host(String more) {
    return "\"NetworkMode\":\"none\",\"Binds\":[\"%s:/out\"],%s".formatted(runs.directory(), more);
  }
}
