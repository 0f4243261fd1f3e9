package io.gantry.agent.docker.json;

import io.gantry.protocol.v1.Exec;
import io.gantry.protocol.v1.ExecSpec;
import io.gantry.protocol.v1.StringList;

/** An exec: what a request asks for, and what inspect shows. */
public final class ExecJson {
  private ExecJson() {}

  public static ExecSpec read(JsonObject body) {
    var size = Resources.consoleSize(body, "ConsoleSize");
    return ExecSpec.newBuilder()
        .addAllCommand(body.command("Cmd").orElse(StringList.getDefaultInstance()).getValuesList())
        .addAllEnv(body.list("Env"))
        .setUser(body.textOr("User", ""))
        .setWorkingDir(body.textOr("WorkingDir", ""))
        .setTty(body.is("Tty"))
        .setAttachStdin(body.is("AttachStdin"))
        .setAttachStdout(body.is("AttachStdout"))
        .setAttachStderr(body.is("AttachStderr"))
        .setPrivileged(body.is("Privileged"))
        .setDetachKeys(body.textOr("DetachKeys", ""))
        .setConsoleHeight(size.height())
        .setConsoleWidth(size.width())
        .build();
  }

  public static void write(JsonWriter json, Exec exec) {
    var spec = exec.getSpec();
    json.object(
        () -> {
          json.text("ID", exec.getId());
          json.flag("Running", exec.getRunning());
          if (exec.hasExitCode()) {
            json.number("ExitCode", exec.getExitCode());
          } else {
            json.nothing("ExitCode");
          }
          json.object(
              "ProcessConfig",
              () -> {
                var command = spec.getCommandList();
                json.flag("tty", spec.getTty());
                json.text("entrypoint", command.isEmpty() ? "" : command.getFirst());
                json.texts(
                    "arguments", command.isEmpty() ? command : command.subList(1, command.size()));
                json.flag("privileged", spec.getPrivileged());
                json.textIfGiven("user", spec.getUser());
              });
          json.flag("OpenStdin", spec.getAttachStdin());
          json.flag("OpenStderr", spec.getAttachStderr());
          json.flag("OpenStdout", spec.getAttachStdout());
          json.flag("CanRemove", false);
          json.text("ContainerID", exec.getContainerId());
          json.text("DetachKeys", spec.getDetachKeys());
          json.number("Pid", exec.getPid());
        });
  }
}
