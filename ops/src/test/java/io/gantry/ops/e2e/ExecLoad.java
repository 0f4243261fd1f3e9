package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/**
 * A client that runs programs in a container that lives: each writes its name to a file and ends
 * with a code of its own.
 *
 * @param container in which {@code /out} is the directory of the load
 * @param lost those of which it was said that they never ran
 */
record ExecLoad(DockerApi api, RunsFile runs, String container, Collection<String> lost) {
  private static final Pattern ID = Pattern.compile("\"Id\":\"([0-9a-f]{64})\"");
  private static final Pattern CODE = Pattern.compile("\"ExitCode\":(null|-?\\d+)");
  private static final Duration END = Duration.ofSeconds(60);

  /** The code of an end that nobody saw. */
  private static final int UNSEEN = 255;

  /** One exec from its creation to its end. */
  void runOne(String name, int code) throws Exception {
    var id = created(name, code);
    Patient.ask(name + ": start", () -> startOnce(id), 200, 304);
    var ended = ended(name, id);
    var ran = runs.count(name);
    // Killed between the decision and the start, it may never have run. Then it says so.
    assertThat(ended)
        .as("exit code of exec %s, which ran %d times", name, ran)
        .isEqualTo(ran == 0 ? UNSEEN : code);
    if (ran == 0) {
      lost.add(name);
    }
  }

  private String created(String name, int code) throws Exception {
    var script = "echo %s >> /out/runs; sleep 0.1; exit %d".formatted(name, code);
    var spec = "{\"AttachStdout\":true,\"Cmd\":[\"sh\",\"-c\",\"%s\"]}".formatted(script);
    var answer =
        Patient.ask(
            name + ": create", () -> api.post("/containers/" + container + "/exec", spec), 201);
    var id = ID.matcher(answer.text());
    assertThat(id.find()).as(answer.text()).isTrue();
    return id.group(1);
  }

  /** Not again if an earlier request, whose answer was cut off, has started it. */
  private DockerApi.Answer startOnce(String id) throws IOException {
    var inspected = api.get("/exec/" + id + "/json");
    var fresh =
        inspected.text().contains("\"Running\":false")
            && inspected.text().contains("\"ExitCode\":null");
    return fresh
        ? api.post("/exec/" + id + "/start", "{\"Detach\":false,\"Tty\":false}")
        : new DockerApi.Answer(
            inspected.status() == 200 ? 304 : inspected.status(), "", inspected.body());
  }

  private int ended(String name, String id) throws Exception {
    var deadline = System.nanoTime() + END.toNanos();
    while (true) {
      var text =
          Patient.ask(name + ": inspect", () -> api.get("/exec/" + id + "/json"), 200).text();
      var code = CODE.matcher(text);
      assertThat(code.find()).as(text).isTrue();
      if (!code.group(1).equals("null") && text.contains("\"Running\":false")) {
        return Integer.parseInt(code.group(1));
      }
      if (text.contains("\"Running\":false")) {
        // Killed between the switch of the connection, which is no answer yet, and the record.
        Patient.ask(name + ": start again", () -> startOnce(id), 200, 304);
      }
      assertThat(System.nanoTime()).as(name + " does not end: " + text).isLessThan(deadline);
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }
}
