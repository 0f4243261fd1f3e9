package io.gantry.cli;

import io.gantry.protocol.v1.AttachOptions;
import io.gantry.protocol.v1.AttachRequest;
import io.gantry.protocol.v1.AttachResponse;
import io.gantry.protocol.v1.ConsoleSize;
import io.gantry.protocol.v1.ContainerState;
import io.gantry.protocol.v1.InspectContainerRequest;
import io.gantry.protocol.v1.KillContainerRequest;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** This process's streams, joined with those of a container. Closing it gives the terminal back. */
final class ContainerAttachment implements AutoCloseable {
  /** From the end of the output until the exit is known. Longer: the detach keys were typed. */
  private static final long EXIT_GRACE_MILLIS = 1000;

  private final Session session;
  private final String container;
  private final boolean stdin;
  private final boolean tty;
  private final CompletableFuture<Void> attached = new CompletableFuture<>();
  private final Conversation<AttachRequest, AttachResponse> conversation =
      new Conversation<>(this::onAnswer);
  private Optional<Terminal.Raw> raw = Optional.empty();

  private ContainerAttachment(Session session, String container, boolean stdin, boolean tty) {
    this.session = session;
    this.container = container;
    this.stdin = stdin;
    this.tty = tty;
  }

  /** Attached when it returns: nothing that the container writes from now on is lost. */
  static ContainerAttachment open(
      Session session, String container, boolean stdin, boolean tty, String detachKeys) {
    var attachment = new ContainerAttachment(session, container, stdin, tty);
    var options =
        AttachOptions.newBuilder()
            .setContainer(container)
            .setStdin(stdin)
            .setDetachKeys(detachKeys)
            .build();
    session.containerStreams().attach(attachment.conversation);
    attachment.conversation.send(AttachRequest.newBuilder().setOptions(options).build());
    attachment
        .conversation
        .ended()
        .whenComplete(
            (_, failure) ->
                attachment.attached.completeExceptionally(
                    failure == null ? new Failure("the agent ended the attach") : failure));
    Conversation.join(attachment.attached);
    return attachment;
  }

  /** The container runs: input, sizes and signals go to it. */
  void begin() {
    var terminal = session.terminal();
    if (tty && terminal.outputIsTerminal()) {
      sendSize();
      terminal.onResize(this::sendSize);
    }
    if (stdin) {
      if (tty && terminal.inputIsTerminal()) {
        raw = Optional.of(terminal.raw());
      }
      Stdin.copy(
          terminal.in(),
          bytes -> conversation.send(AttachRequest.newBuilder().setStdin(bytes).build()),
          conversation::halfClose);
    }
    terminal.onSignal(name -> Thread.ofVirtual().start(() -> kill(name)));
  }

  private void kill(String signal) {
    try {
      session
          .containers()
          .kill(
              KillContainerRequest.newBuilder().setContainer(container).setSignal(signal).build());
    } catch (StatusRuntimeException _) {
      // It exits just now, which is what the signal was for.
    }
  }

  private void sendSize() {
    var size = session.terminal().size();
    conversation.send(
        AttachRequest.newBuilder()
            .setResize(ConsoleSize.newBuilder().setHeight(size.height()).setWidth(size.width()))
            .build());
  }

  private void onAnswer(AttachResponse answer) {
    switch (answer.getMessageCase()) {
      case ATTACHED -> attached.complete(null);
      case STDOUT -> Output.write(session.terminal().out(), answer.getStdout());
      case STDERR -> Output.write(session.terminal().err(), answer.getStderr());
      case MESSAGE_NOT_SET -> {}
    }
  }

  /** The container's exit code; 0 when it was left running by the detach keys. */
  int awaitExit(PendingExit exit) {
    conversation.awaitEnd();
    if (!stdin || !tty) {
      return Conversation.join(exit.exit());
    }
    while (true) {
      try {
        return exit.exit().get(EXIT_GRACE_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException _) {
        if (running()) {
          return 0;
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return StartFailure.NOT_RUN;
      } catch (ExecutionException _) {
        return Conversation.join(exit.exit());
      }
    }
  }

  private boolean running() {
    try {
      var state =
          session
              .containers()
              .inspect(InspectContainerRequest.newBuilder().setContainer(container).build())
              .getStatus()
              .getState();
      return state == ContainerState.RUNNING || state == ContainerState.PAUSED;
    } catch (StatusRuntimeException _) {
      return false;
    }
  }

  @Override
  public void close() {
    raw.ifPresent(Terminal.Raw::close);
  }
}
