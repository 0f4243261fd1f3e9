package io.gantry.ops.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/** Clients at work at once: each repeats its work, under a new name, until it is told to end. */
final class Crowd implements AutoCloseable {
  private final AtomicBoolean ending = new AtomicBoolean();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Member> members = new ArrayList<>();

  /** One piece of work, from its beginning to its end. */
  interface Work {
    void runOne(String name, int round) throws Exception;
  }

  private record Member(String name, Future<Integer> rounds) {}

  void add(String name, Work work) {
    Callable<Integer> whole = () -> rounds(name, work);
    members.add(new Member(name, threads.submit(whole)));
  }

  private int rounds(String name, Work work) throws Exception {
    var round = 0;
    for (; !ending.get(); round++) {
      work.runOne(name + "-" + round, round);
    }
    return round;
  }

  /** Fails with what has gone wrong for a client, if it has; they go on otherwise. */
  void complaints() throws InterruptedException, ExecutionException {
    for (var member : members) {
      if (member.rounds().state() == Future.State.FAILED) {
        member.rounds().get();
      }
    }
  }

  /** Lets each finish what it is at; how often each has done its work. */
  Map<String, Integer> end() throws InterruptedException, ExecutionException {
    ending.set(true);
    var done = new TreeMap<String, Integer>();
    for (var member : members) {
      done.put(member.name(), member.rounds().get());
    }
    return done;
  }

  @Override
  public void close() {
    ending.set(true);
    threads.shutdownNow();
  }
}
