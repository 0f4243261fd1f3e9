package io.gantry.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Every command by its name, in the order of the help. A command's class is loaded when it is asked
 * for.
 */
final class Commands {
  private static final Map<String, Function<Session, Object>> ALL = new LinkedHashMap<>();

  static {
    ALL.put("run", RunCommand::new);
    ALL.put("exec", ExecCommand::new);
    ALL.put("ps", PsCommand::new);
    ALL.put("logs", LogsCommand::new);
    ALL.put("inspect", InspectCommand::new);
    ALL.put("start", StartCommand::new);
    ALL.put("stop", StopCommand::new);
    ALL.put("restart", RestartCommand::new);
    ALL.put("kill", KillCommand::new);
    ALL.put("wait", WaitCommand::new);
    ALL.put("rm", RemoveCommand::new);
    ALL.put("cp", CopyCommand::new);
    ALL.put("images", ImagesCommand::new);
    ALL.put("pull", PullCommand::new);
    ALL.put("push", PushCommand::new);
    ALL.put("import", ImportCommand::new);
    ALL.put("load", LoadCommand::new);
    ALL.put("save", SaveCommand::new);
    ALL.put("tag", TagCommand::new);
    ALL.put("rmi", RemoveImageCommand::new);
    ALL.put("volume", VolumeCommand::new);
    ALL.put("network", NetworkCommand::new);
    ALL.put("events", EventsCommand::new);
    ALL.put("cluster", ClusterCommand::new);
    ALL.put("service", ServiceCommand::new);
    ALL.put("version", VersionCommand::new);
    ALL.put("completion", CompletionCommand::new);
  }

  private Commands() {}

  static Map<String, Function<Session, Object>> all() {
    return ALL;
  }
}
