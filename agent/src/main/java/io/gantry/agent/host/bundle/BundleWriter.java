package io.gantry.agent.host.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.gantry.agent.container.Bundles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Writes config.json, and makes what must exist before a runtime can use it. */
public final class BundleWriter implements Bundles {
  private final HostAbilities host;
  private final SeccompCompiler compiler = new SeccompCompiler();

  public BundleWriter(HostAbilities host) {
    this.host = host;
  }

  @Override
  public Written write(Plan plan) throws IOException {
    for (var mount : plan.container().getStatus().getMountsList()) {
      if (mount.getType().equals("bind")) {
        // Docker makes the source of a bind that is missing; for --mount it was refused earlier.
        // A file, a socket or a link to anything stays as it is.
        var source = Path.of(mount.getSource());
        if (!Files.exists(source, LinkOption.NOFOLLOW_LINKS)) {
          Files.createDirectories(source);
          if (plan.user().isPresent()) {
            var root = (int) plan.user().get().ids().first();
            Files.setAttribute(source, "unix:uid", root);
            Files.setAttribute(source, "unix:gid", root);
          }
        }
      }
    }
    var configuration =
        RunConfiguration.of(plan, UserDatabase.read(plan.root()), host, HostDevices.LINUX);
    var json = configuration.json();
    if (json.path("linux") instanceof ObjectNode linux
        && linux.path("seccomp") instanceof ObjectNode seccomp) {
      var compiled = compiler.compile(seccomp);
      linux.putRawValue("seccomp", new RawValue(compiled.text()));
      compiled.filter().ifPresent(filter -> annotate(json, filter));
    }
    Files.createDirectories(plan.bundle());
    ExecProcess.remember(plan.bundle(), json);
    Files.write(plan.bundle().resolve("config.json"), Json.MAPPER.writeValueAsBytes(json));
    return new Written(configuration.warnings(), paths(json));
  }

  private static List<Path> paths(ObjectNode json) {
    var mounts =
        json.path("mounts")
            .valueStream()
            .filter(mount -> mount.path("type").asText().equals("bind"))
            .map(mount -> mount.path("source"));
    var namespaces =
        json.path("linux").path("namespaces").valueStream().map(one -> one.path("path"));
    return Stream.concat(
            Stream.of(json.path("root").path("path")), Stream.concat(mounts, namespaces))
        .filter(JsonNode::isTextual)
        .map(path -> Path.of(path.textValue()))
        .toList();
  }

  /** Runtimes that do not know the annotation compile the filter themselves, from its own place. */
  private static void annotate(ObjectNode json, String filter) {
    json.withObjectProperty("annotations").put(SeccompCompiler.ANNOTATION, filter);
  }
}
