package io.gantry.cli;

import io.gantry.protocol.v1.ConsoleSize;
import io.gantry.protocol.v1.ExecDetachedRequest;
import io.gantry.protocol.v1.ExecRequest;
import io.gantry.protocol.v1.ExecResponse;
import io.gantry.protocol.v1.ExecSpec;
import io.gantry.protocol.v1.ExecStart;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "exec",
    description = {
      "Run a command in a running container.",
      "",
      "The exit code is the command's; 126: it is not executable, 127: it was not found.",
      ""
    })
final class ExecCommand extends AgentCommand {
  @Parameters(index = "0", paramLabel = "CONTAINER", description = "Id, prefix of one, or name")
  private String container = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "COMMAND",
      description = "With arguments")
  private List<String> command = new ArrayList<>();

  @Option(
      names = {"-d", "--detach"},
      description = "Do not wait for it")
  private boolean detach;

  @Option(
      names = {"-i", "--interactive"},
      description = "Give it this process's input")
  private boolean interactive;

  @Option(
      names = {"-t", "--tty"},
      description = "Give it a terminal")
  private boolean tty;

  @Option(
      names = {"-e", "--env"},
      paramLabel = "KEY[=VALUE]",
      description = "Environment; may be repeated. Without VALUE: this process's")
  private List<String> environment = new ArrayList<>();

  @Option(
      names = {"-u", "--user"},
      paramLabel = "USER[:GROUP]",
      description = "Names or numbers")
  private String user = "";

  @Option(
      names = {"-w", "--workdir"},
      paramLabel = "DIRECTORY",
      description = "Inside the container")
  private String directory = "";

  @Option(names = "--privileged", description = "With all that the agent may do itself")
  private boolean privileged;

  @Option(
      names = "--detach-keys",
      paramLabel = "KEYS",
      description = "Keys that leave it running; ctrl-p,ctrl-q by default")
  private String detachKeys = "";

  private final CompletableFuture<Integer> exit = new CompletableFuture<>();

  ExecCommand(Session session) {
    super(session);
  }

  @Override
  public Integer call() {
    if (tty && interactive && !detach && !session.terminal().inputIsTerminal()) {
      throw new Failure("the input device is not a terminal");
    }
    try {
      return detach ? detached() : attached();
    } catch (StatusRuntimeException refused) {
      var failure = StartFailure.of(session, refused);
      throw failure.exitCode() == StartFailure.NOT_RUN ? refused : failure;
    }
  }

  private ExecSpec spec() {
    var spec =
        ExecSpec.newBuilder()
            .addAllCommand(command)
            .addAllEnv(EnvironmentOption.resolve(environment))
            .setUser(user)
            .setWorkingDir(directory)
            .setTty(tty)
            .setAttachStdin(interactive && !detach)
            .setAttachStdout(!detach)
            .setAttachStderr(!detach)
            .setPrivileged(privileged)
            .setDetachKeys(detachKeys);
    if (tty && session.terminal().outputIsTerminal()) {
      var size = session.terminal().size();
      spec.setConsoleHeight(size.height()).setConsoleWidth(size.width());
    }
    return spec.build();
  }

  private int detached() {
    session
        .containers()
        .execDetached(
            ExecDetachedRequest.newBuilder().setContainer(container).setSpec(spec()).build());
    return 0;
  }

  private int attached() {
    var terminal = session.terminal();
    var conversation = new Conversation<ExecRequest, ExecResponse>(this::onAnswer);
    session.containerStreams().exec(conversation);
    conversation.send(
        ExecRequest.newBuilder()
            .setStart(ExecStart.newBuilder().setContainer(container).setSpec(spec()))
            .build());
    if (tty && terminal.outputIsTerminal()) {
      terminal.onResize(() -> conversation.send(size()));
    }
    var raw =
        tty && interactive && terminal.inputIsTerminal()
            ? Optional.of(terminal.raw())
            : Optional.<Terminal.Raw>empty();
    try {
      if (interactive) {
        Stdin.copy(
            terminal.in(),
            bytes -> conversation.send(ExecRequest.newBuilder().setStdin(bytes).build()),
            conversation::halfClose);
      }
      conversation.awaitEnd();
    } finally {
      raw.ifPresent(Terminal.Raw::close);
    }
    // No exit: the detach keys were typed.
    return exit.getNow(0);
  }

  private ExecRequest size() {
    var size = session.terminal().size();
    return ExecRequest.newBuilder()
        .setResize(ConsoleSize.newBuilder().setHeight(size.height()).setWidth(size.width()))
        .build();
  }

  private void onAnswer(ExecResponse answer) {
    switch (answer.getMessageCase()) {
      case STDOUT -> Output.write(out(), answer.getStdout());
      case STDERR -> Output.write(err(), answer.getStderr());
      case EXITED -> exit.complete(answer.getExited().getCode());
      case STARTED, MESSAGE_NOT_SET -> {}
    }
  }
}
