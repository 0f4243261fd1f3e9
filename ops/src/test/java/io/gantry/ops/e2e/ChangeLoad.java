package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.ops.e2e.DockerApi.Answer;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** A client that changes what runs: its name, its limits, whether it may run, and its run. */
record ChangeLoad(Insistent client) implements Crowd.Work {
  private static final int MEMORY = 64 << 20;
  private static final int MORE = 96 << 20;
  private static final Pattern ID = Pattern.compile("\"Id\":\"([0-9a-f]{64})\"");
  private static final Pattern STARTED = Pattern.compile("\"StartedAt\":\"([^\"]+)\"");

  /** Ends with 7 when it is asked to. */
  private static final String SCRIPT = "trap 'exit 7' TERM; while true; do sleep 0.05; done";

  @Override
  public void runOne(String name, int round) throws Exception {
    client.run(
        name,
        "\"Cmd\":[\"sh\",\"-c\",\"%s\"]".formatted(SCRIPT),
        "\"NetworkMode\":\"none\",\"Memory\":%d".formatted(MEMORY));
    var id = found(ID, name);
    client.bring(
        name + ": rename",
        Insistent.container(id),
        answer -> answer.text().contains("\"Name\":\"/%s-renamed\"".formatted(name)),
        () -> client.api().post("/containers/%s/rename?name=%s-renamed".formatted(id, name), ""));
    assertThat(client.look(name, Insistent.container(name)).status()).isEqualTo(404);

    client.change(
        id,
        "update",
        "{\"Memory\":%d,\"MemorySwap\":-1}".formatted(MORE),
        "\"Memory\":" + MORE + ",");
    assertThat(client.look(name, "/containers/" + id + "/stats?stream=0&one-shot=1").text())
        .contains("\"limit\":" + MORE);

    client.change(id, "pause", "", "\"Paused\":true");
    client.change(id, "unpause", "", "\"Paused\":false");
    assertThat(client.output(id, "echo alive")).isEqualTo("alive");

    var before = found(STARTED, id);
    Predicate<Answer> another = answer -> !answer.text().contains(before);
    client.bring(
        name + ": restart",
        Insistent.container(id),
        another.and(answer -> answer.text().contains("\"Running\":true")),
        () -> client.api().post("/containers/" + id + "/restart", ""));
    client.change(id, "stop", "", "\"Status\":\"exited\"");
    var ended = client.look(name, Insistent.container(id)).text();
    assertThat(ended).contains("\"ExitCode\":7", "\"Memory\":" + MORE, "\"RestartCount\":0");
    client.removeContainer(id);
  }

  private String found(Pattern pattern, String name) throws Exception {
    var text = client.look(name, Insistent.container(name)).text();
    var found = pattern.matcher(text);
    assertThat(found.find()).as(text).isTrue();
    return found.group(1);
  }
}
