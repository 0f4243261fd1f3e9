package io.gantry.ops.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/** A started gantryd of the built distribution. */
final class AgentProcess implements AutoCloseable {
  /** Where Maven put it, seen from module ops. */
  static final Path DISTRIBUTION = Path.of("target/gantry").toAbsolutePath();

  private static final Duration READY = Duration.ofMinutes(2);
  private static final int START_MILLIS = 1500;

  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final Pattern CONTAINER = Pattern.compile("\"Id\":\"([0-9a-f]{64})\"");

  private final TempHost host;
  private final Process process;
  private boolean ended;

  private AgentProcess(TempHost host, Process process) {
    this.host = host;
    this.process = process;
  }

  /** Starts it and waits until its Docker socket answers. */
  static AgentProcess start(TempHost host, String... flags) {
    var agent = begin(host, flags);
    agent.awaitReady();
    return agent;
  }

  /** Starts it through another command, which ends as the agent, and waits until it answers. */
  static AgentProcess startBy(List<String> before, TempHost host, String... flags) {
    var agent = begin(before, host, flags);
    agent.awaitReady();
    return agent;
  }

  /** Starts it. */
  static AgentProcess begin(TempHost host, String... flags) {
    return begin(List.of(), host, flags);
  }

  private static AgentProcess begin(List<String> before, TempHost host, String... flags) {
    var words = new ArrayList<>(List.of(DISTRIBUTION.resolve("bin/gantryd").toString()));
    words.addAll(List.of("--state-dir", host.state().toString()));
    words.addAll(List.of("--run-dir", host.run().toString()));
    words.addAll(List.of("--docker", "unix://" + host.dockerSocket()));
    words.addAll(List.of("--grpc", "unix://" + host.grpcSocket()));
    words.addAll(List.of(flags));
    try {
      words.addAll(0, before);
      var builder = new ProcessBuilder(host.inNetwork(words));
      builder.redirectErrorStream(true);
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(host.log().toFile()));
      return new AgentProcess(host, builder.start());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private void awaitReady() {
    var api = new DockerApi(host.dockerSocket());
    var deadline = System.nanoTime() + READY.toNanos();
    while (!answers(api)) {
      if (!process.isAlive()) {
        ended = true;
        throw new AssertionError(
            "gantryd ended with %d; its log:%n%s".formatted(process.exitValue(), log()));
      }
      if (System.nanoTime() > deadline) {
        kill();
        throw new AssertionError("gantryd is not ready after %s:%n%s".formatted(READY, log()));
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private static boolean answers(DockerApi api) {
    try {
      return api.get("/_ping").status() == 200;
    } catch (IOException _) {
      return false;
    }
  }

  long pid() {
    return process.pid();
  }

  /** Lets it live so long; fails with its log if it ends by itself meanwhile. */
  void lives(Duration life) {
    LockSupport.parkNanos(life.toNanos());
    if (!process.isAlive()) {
      throw new AssertionError("gantryd ended with %d:%n%s".formatted(process.exitValue(), log()));
    }
  }

  /** SIGKILL: nothing is flushed, nothing is said. */
  void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /**
   * Kills it at a random moment of the next {@code lifeMillis} and starts another, which answers.
   * One in four of those is killed before it has answered anybody.
   */
  AgentProcess killedAndStarted(Random random, int lifeMillis) {
    lives(Duration.ofMillis(random.nextInt(lifeMillis)));
    kill();
    while (random.nextInt(4) == 0) {
      var next = begin(host);
      next.lives(Duration.ofMillis(random.nextInt(START_MILLIS)));
      next.kill();
    }
    return start(host);
  }

  /** SIGTERM; returns the exit code. */
  int terminate() {
    process.destroy();
    return awaitEnd();
  }

  private int awaitEnd() {
    ended = true;
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("gantryd did not end within 30 s of its signal:\n" + log());
      }
      return process.exitValue();
    } catch (InterruptedException interrupted) {
      throw new AssertionError("interrupted while gantryd ends", interrupted);
    }
  }

  String log() {
    try {
      return Files.readString(host.log());
    } catch (IOException failed) {
      return failed.toString();
    }
  }

  /** All of them, running or not, with their anonymous volumes. */
  void removeContainers() {
    var api = new DockerApi(host.dockerSocket());
    try {
      var listed = api.get("/containers/json?all=1").succeeded().text();
      var ids = CONTAINER.matcher(listed).results().map(found -> found.group(1)).toList();
      for (var id : ids) {
        var answer = api.delete("/containers/" + id + "?force=1&v=1");
        if (answer.status() != 204 && answer.status() != 404) {
          throw new AssertionError("cannot remove %s: %s".formatted(id, answer.text()));
        }
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /**
   * Leaves no container behind. Fails with the log if the agent ended before anybody asked it to.
   */
  @Override
  public void close() {
    if (process.isAlive()) {
      try {
        removeContainers();
      } finally {
        terminate();
      }
    } else if (!ended) {
      throw new AssertionError(
          "gantryd ended by itself with %d; its log:%n%s".formatted(process.exitValue(), log()));
    }
  }
}
