package io.gantry.ops.rules;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import akka.actor.typed.Behavior;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.lang.ArchRule;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.io.Reader;
import java.io.Writer;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.Channel;
import java.nio.file.Files;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/** One waiting actor holds up every other of its dispatcher, so none waits. */
final class Actors {
  private Actors() {}

  private static final Set<Class<?>> BLOCKING_TYPES =
      Set.of(
          ProcessBuilder.class,
          Process.class,
          InputStream.class,
          OutputStream.class,
          Reader.class,
          Writer.class,
          RandomAccessFile.class,
          Files.class,
          Socket.class,
          ServerSocket.class,
          Channel.class);

  /** Waits, by the type that has the method and the method. */
  private record Wait(Class<?> type, Set<String> methods) {
    boolean is(JavaMethodCall call) {
      return call.getTargetOwner().isAssignableTo(type) && methods.contains(call.getName());
    }
  }

  private static final Set<Wait> WAITS =
      Set.of(
          new Wait(Thread.class, Set.of("sleep", "join")),
          new Wait(Future.class, Set.of("get")),
          new Wait(CompletableFuture.class, Set.of("join", "get")),
          new Wait(CountDownLatch.class, Set.of("await")),
          new Wait(Semaphore.class, Set.of("acquire", "tryAcquire")),
          new Wait(BlockingQueue.class, Set.of("take", "put")));

  static ArchRule doNotBlock(String root) {
    return noClasses()
        .that(resideInAPackage(root + "..").and(makeBehaviors()))
        .should()
        .callMethodWhere(DescribedPredicate.describe("waits", Actors::waits))
        .orShould()
        .dependOnClassesThat(DescribedPredicate.describe("do blocking I/O", Actors::blocks));
  }

  private static DescribedPredicate<JavaClass> makeBehaviors() {
    return assignableTo(Behavior.class)
        .or(
            DescribedPredicate.describe(
                "make a Behavior",
                type ->
                    type.getMethods().stream()
                        .anyMatch(m -> m.getRawReturnType().isAssignableTo(Behavior.class))))
        .as("make a Behavior");
  }

  private static boolean waits(JavaMethodCall call) {
    return WAITS.stream().anyMatch(wait -> wait.is(call));
  }

  /** The console is let through: gantryd says there that it is ready. */
  private static boolean blocks(JavaClass type) {
    return !type.isAssignableTo(PrintStream.class)
        && BLOCKING_TYPES.stream().anyMatch(type::isAssignableTo);
  }
}
