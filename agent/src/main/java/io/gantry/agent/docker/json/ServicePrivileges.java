package io.gantry.agent.docker.json;

import io.gantry.agent.docker.Refusal;
import io.gantry.protocol.v1.SecuritySpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Privileges of a service's containers. Docker has words of their own for what containers say with
 * --security-opt.
 */
final class ServicePrivileges {
  private static final String NO_NEW = "no-new-privileges";
  private static final String SECCOMP = "seccomp=";
  private static final String UNCONFINED = "seccomp=unconfined";
  private static final String NO_APPARMOR = "apparmor=unconfined";

  private ServicePrivileges() {}

  static SecuritySpec read(SecuritySpec base, JsonObject container) {
    var options =
        new ArrayList<>(
            base.getSecurityOptList().stream().filter(one -> !isOfPrivileges(one)).toList());
    container.object("Privileges").ifPresent(privileges -> read(privileges, options));
    return base.toBuilder()
        .clearSecurityOpt()
        .addAllSecurityOpt(options)
        .clearCapAdd()
        .addAllCapAdd(container.list("CapabilityAdd"))
        .clearCapDrop()
        .addAllCapDrop(container.list("CapabilityDrop"))
        .clearSysctls()
        .putAllSysctls(container.texts("Sysctls"))
        .build();
  }

  private static boolean isOfPrivileges(String option) {
    return option.equals(NO_NEW) || option.startsWith(SECCOMP) || option.equals(NO_APPARMOR);
  }

  private static void read(JsonObject privileges, List<String> options) {
    if (privileges.has("CredentialSpec")) {
      throw ServiceReader.unsupported("credential specs are Windows' and not supported");
    }
    if (privileges.has("SELinuxContext")) {
      throw ServiceReader.unsupported("SELinux contexts are not supported");
    }
    if (privileges.is("NoNewPrivileges")) {
      options.add(NO_NEW);
    }
    var seccomp = privileges.objectOrEmpty("Seccomp");
    var mode = seccomp.textOr("Mode", "");
    switch (mode) {
      case "", "default" -> {}
      case "unconfined" -> options.add(UNCONFINED);
      case "custom" -> options.add(SECCOMP + decoded(seccomp.textOr("Profile", "")));
      default -> throw Refusal.invalid("invalid Seccomp mode: \"" + mode + "\"");
    }
    var appArmor = privileges.objectOrEmpty("AppArmor").textOr("Mode", "");
    switch (appArmor) {
      case "", "default" -> {}
      case "disabled" -> options.add(NO_APPARMOR);
      default -> throw Refusal.invalid("invalid AppArmor mode: \"" + appArmor + "\"");
    }
  }

  /** Bytes, as Go writes them into JSON. */
  private static String decoded(String profile) {
    try {
      return new String(Base64.getDecoder().decode(profile), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw Refusal.invalid("invalid Seccomp profile: it is not base64");
    }
  }

  static void write(JsonWriter json, SecuritySpec security) {
    var options = security.getSecurityOptList();
    var seccomp = options.stream().filter(one -> one.startsWith(SECCOMP)).findFirst();
    if (options.stream().anyMatch(ServicePrivileges::isOfPrivileges)) {
      json.object(
          "Privileges",
          () -> {
            json.nothing("CredentialSpec");
            json.nothing("SELinuxContext");
            seccomp.ifPresent(option -> seccomp(json, option));
            if (options.contains(NO_APPARMOR)) {
              json.object("AppArmor", () -> json.text("Mode", "disabled"));
            }
            json.flag("NoNewPrivileges", options.contains(NO_NEW));
          });
    }
  }

  private static void seccomp(JsonWriter json, String option) {
    json.object(
        "Seccomp",
        () -> {
          if (option.equals(UNCONFINED)) {
            json.text("Mode", "unconfined");
          } else {
            json.text("Mode", "custom");
            var profile = option.substring(SECCOMP.length()).getBytes(StandardCharsets.UTF_8);
            json.text("Profile", Base64.getEncoder().encodeToString(profile));
          }
        });
  }
}
