package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.ops.e2e.DockerApi.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A client that insists: on an answer, whatever happens to the agent meanwhile, and on what the
 * answer has promised. Only a connection that breaks is tried again; a wrong answer is a failure.
 */
record Insistent(DockerApi api) {
  private static final Duration END = Duration.ofSeconds(90);
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final Pattern ID = Pattern.compile("\"Id\":\"([0-9a-f]{64})\"");
  private static final Predicate<Answer> GONE = answer -> answer.status() == 404;
  private static final Predicate<Answer> THERE = answer -> answer.status() == 200;

  /**
   * Asks, unless an earlier request whose answer was cut off has done it, and looks then whether it
   * is so.
   *
   * @param path where to look
   * @param so what has to be seen there
   */
  void bring(String what, String path, Predicate<Answer> so, Callable<Answer> request)
      throws Exception {
    var cutOff = false;
    var deadline = System.nanoTime() + END.toNanos();
    while (!so.test(look(what, path))) {
      try {
        var answer = request.call();
        // An earlier request may be at it right now; then it is so in a moment.
        if (!cutOff || answer.status() < 400 || System.nanoTime() > deadline) {
          assertThat(answer.status()).as(what + ": " + answer.text()).isBetween(200, 304);
          var seen = look(what, path);
          assertThat(so.test(seen))
              .as(what + " was acknowledged, and yet: " + seen.text())
              .isTrue();
          return;
        }
      } catch (IOException cut) {
        cutOff = true;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  Answer look(String what, String path) throws Exception {
    return Patient.ask(what, () -> api.get(path), 200, 404);
  }

  void make(String what, String path, String at, String json) throws Exception {
    bring(what + ": create", at, THERE, () -> api.post(path, json));
  }

  /** A container of the busybox image; started too. Parts are of the body and of HostConfig. */
  void run(String name, String parts, String hostConfig) throws Exception {
    create(name, parts, hostConfig);
    start(name);
  }

  void create(String name, String parts, String hostConfig) throws Exception {
    var image = parts.contains("\"Image\"") ? "" : "\"Image\":\"" + Busybox.IMAGE + "\",";
    var body = "{%s%s,\"HostConfig\":{%s}}".formatted(image, parts, hostConfig);
    make(name, "/containers/create?name=" + name, container(name), body);
  }

  /** Not again once it has run: it may have ended since. */
  void start(String name) throws Exception {
    Predicate<Answer> started = answer -> !answer.text().contains("\"Status\":\"created\"");
    bring(
        name + ": start",
        container(name),
        started,
        () -> api.post("/containers/" + name + "/start", ""));
  }

  /** {@code POST /containers/NAME/verb}, and what its state must say then. */
  void change(String name, String verb, String json, String state) throws Exception {
    bring(
        name + ": " + verb,
        container(name),
        answer -> answer.text().contains(state),
        () -> api.post("/containers/" + name + "/" + verb, json));
  }

  void remove(String path) throws Exception {
    bring(path + ": remove", path, GONE, () -> api.delete(path));
  }

  void removeContainer(String name) throws Exception {
    bring(
        name + ": remove",
        container(name),
        GONE,
        () -> api.delete("/containers/" + name + "?force=1&v=1"));
  }

  static String container(String name) {
    return "/containers/" + name + "/json";
  }

  /** What comes about by itself, or has not come about after a minute and a half. */
  void awaits(String what, String path, Predicate<Answer> so) throws Exception {
    var deadline = System.nanoTime() + END.toNanos();
    while (true) {
      var seen = look(what, path);
      if (so.test(seen)) {
        return;
      }
      assertThat(System.nanoTime())
          .as(what + " does not come: " + seen.text())
          .isLessThan(deadline);
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /**
   * What a program prints in a container: one that may be run again, because an output that the end
   * of the agent cut off looks like a short one.
   */
  String output(String name, String script) throws Exception {
    var spec = "{\"AttachStdout\":true,\"Cmd\":[\"sh\",\"-c\",\"%s\"]}".formatted(script);
    while (true) {
      try {
        var created = api.post("/containers/" + name + "/exec", spec);
        assertThat(created.status()).as(name + ": exec: " + created.text()).isEqualTo(201);
        var id = ID.matcher(created.text());
        assertThat(id.find()).isTrue();
        var exec = "/exec/" + id.group(1);
        var answer = api.post(exec + "/start", "{\"Detach\":false,\"Tty\":false}");
        assertThat(answer.status()).as(name + ": exec: " + answer.text()).isIn(101, 200);
        if (api.get(exec + "/json").text().contains("\"ExitCode\":0")) {
          return answer.stream(1).strip();
        }
      } catch (IOException cut) {
        // The agent was killed; the next one is asked.
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}
