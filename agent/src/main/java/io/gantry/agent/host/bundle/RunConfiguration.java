package io.gantry.agent.host.bundle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.agent.container.Bundles.Plan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A run's config.json.
 *
 * @param warnings what this host could not grant, one sentence each
 */
record RunConfiguration(ObjectNode json, List<String> warnings) {
  private static final String SPEC_VERSION = "1.0.2";

  /** Pure but for {@code devices}. Fails with Docker's words for what the user got wrong. */
  static RunConfiguration of(Plan plan, UserDatabase users, HostAbilities host, HostDevices devices)
      throws IOException {
    var spec = plan.container().getSpec();
    var warnings = new ArrayList<String>();
    var granted = GrantedCapabilities.of(spec.getSecurity(), host, warnings);
    var options = SecurityOptions.of(spec.getSecurity(), host, warnings);
    var json = Json.object();
    json.put("ociVersion", SPEC_VERSION);
    json.set("process", ProcessSection.json(plan, users, granted, options, host, warnings));
    json.putObject("root")
        .put("path", plan.root().toString())
        .put("readonly", spec.getStorage().getReadonlyRootfs());
    if (ContainerNamespaces.ownHostname(plan)) {
      json.put("hostname", plan.hostname());
      var domain = spec.getNetwork().getDomainname();
      if (!domain.isEmpty()) {
        json.put("domainname", domain);
      }
    }
    json.set("mounts", ContainerMounts.json(plan, options.writableCgroups()));
    json.set("linux", LinuxSection.json(plan, granted, options, host, devices));
    if (spec.getAnnotationsCount() > 0) {
      var annotations = json.putObject("annotations");
      spec.getAnnotationsMap().forEach(annotations::put);
    }
    return new RunConfiguration(json, List.copyOf(warnings));
  }
}
