package io.gantry.agent.host.bundle;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/** A bundle out of the host's own programs, read-only, to find out whether a runtime works. */
public final class ProbeBundle {
  private static final List<String> PARTS = List.of("usr", "bin", "sbin", "lib", "lib64", "lib32");

  private ProbeBundle() {}

  /**
   * Its process reads a line and ends then, with 0 when it is filtered as the host's default
   * profile asks for.
   *
   * @param group its control group, for {@code linux.cgroupsPath}
   */
  public static void write(Path directory, String group, HostAbilities host) throws IOException {
    var root = Files.createDirectories(directory.resolve("root"));
    var json = Json.object();
    json.put("ociVersion", "1.0.2");
    var process = json.putObject("process").put("terminal", false).put("cwd", "/");
    process.putObject("user").put("uid", 0).put("gid", 0);
    process.putArray("env").add("PATH=/usr/sbin:/usr/bin:/sbin:/bin");
    process.put("noNewPrivileges", true);
    var look =
        host.defaultSeccomp().isPresent() ? " && grep -q '^Seccomp:.*2' /proc/self/status" : "";
    process.set("args", Json.strings(List.of("sh", "-c", "read go" + look)));
    json.putObject("root").put("path", root.toString()).put("readonly", true);
    json.set("mounts", mounts(root));
    json.set("linux", linux(group));
    filter(json, host);
    Files.write(directory.resolve("config.json"), Json.MAPPER.writeValueAsBytes(json));
    ExecProcess.remember(directory, json);
  }

  private static ArrayNode mounts(Path root) throws IOException {
    var mounts = Json.array();
    for (var part : PARTS) {
      var ofHost = Path.of("/", part);
      if (Files.isSymbolicLink(ofHost)) {
        Files.createSymbolicLink(root.resolve(part), Files.readSymbolicLink(ofHost));
      } else if (Files.isDirectory(ofHost, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(root.resolve(part));
        mounts.add(
            MountEntry.bind(ofHost.toString(), ofHost.toString(), "rbind", "ro", "rprivate")
                .json());
      }
    }
    for (var kernel : List.of("proc", "dev")) {
      Files.createDirectory(root.resolve(kernel));
    }
    mounts.add(new MountEntry("/proc", "proc", "proc", List.of()).json());
    mounts.add(new MountEntry("/dev", "tmpfs", "tmpfs", List.of("mode=755")).json());
    return mounts;
  }

  private static ObjectNode linux(String group) {
    var linux = Json.object().put("cgroupsPath", group);
    var namespaces = linux.putArray("namespaces");
    List.of("mount", "pid", "ipc", "uts", "network")
        .forEach(type -> namespaces.addObject().put("type", type));
    // On cgroup version 2 these are a program in the kernel, which not every runtime may load.
    var devices = linux.putObject("resources").putArray("devices");
    devices.addObject().put("allow", false).put("access", "rwm");
    devices
        .addObject()
        .put("allow", true)
        .put("type", "c")
        .put("major", 1)
        .put("minor", 3)
        .put("access", "rwm");
    return linux;
  }

  private static void filter(ObjectNode json, HostAbilities host) {
    if (host.defaultSeccomp().isPresent()) {
      var seccomp = host.defaultSeccomp().get().decide(Capability.DEFAULT, host.architecture());
      json.withObjectProperty("linux").set("seccomp", seccomp);
      new SeccompCompiler()
          .compile(seccomp)
          .filter()
          .ifPresent(bpf -> json.putObject("annotations").put(SeccompCompiler.ANNOTATION, bpf));
    }
  }
}
