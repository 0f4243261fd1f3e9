package io.gantry.agent.host.bundle;

import io.gantry.protocol.v1.SecuritySpec;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Docker's {@code --security-opt}.
 *
 * @param seccomp empty: no filter
 * @param unconfinedPaths nothing is masked and nothing read-only
 * @param writableCgroups the container may change its own control groups
 * @param appArmor profile that confines its processes; empty: none, or a kernel without AppArmor
 */
public record SecurityOptions(
    boolean noNewPrivileges,
    Optional<SeccompProfile> seccomp,
    boolean unconfinedPaths,
    boolean writableCgroups,
    Optional<String> appArmor) {
  private static final String UNCONFINED = "unconfined";

  private record Option(String name, String value) {}

  /** What is wrong with the options as text, in Docker's words. */
  public static Optional<String> wrong(SecuritySpec security) {
    try {
      for (var text : security.getSecurityOptList()) {
        check(text, parse(text));
      }
      return Optional.empty();
    } catch (IOException wrong) {
      return Optional.of(String.valueOf(wrong.getMessage()));
    }
  }

  static SecurityOptions of(SecuritySpec security, HostAbilities host, List<String> warnings)
      throws IOException {
    var privileged = security.getPrivileged();
    var noNewPrivileges = false;
    var unconfinedPaths = privileged;
    var writableCgroups = privileged;
    var seccomp = privileged ? Optional.<SeccompProfile>empty() : host.defaultSeccomp();
    var appArmor = privileged ? Optional.<String>empty() : host.defaultAppArmor();
    for (var text : security.getSecurityOptList()) {
      var option = parse(text);
      check(text, option);
      var value = option.value();
      switch (option.name()) {
        case "no-new-privileges" -> noNewPrivileges = isTrue(value);
        case "writable-cgroups" -> writableCgroups = isTrue(value);
        case "systempaths" -> unconfinedPaths = value.equals(UNCONFINED);
        case "seccomp" ->
            seccomp =
                switch (value) {
                  case UNCONFINED -> Optional.empty();
                  case "builtin" -> host.defaultSeccomp();
                  default -> Optional.of(SeccompProfile.parse(value));
                };
        case "apparmor" -> {
          if (host.appArmor()) {
            appArmor = value.equals(UNCONFINED) ? Optional.empty() : Optional.of(value);
          } else if (!value.equals(UNCONFINED)) {
            warnings.add(
                "AppArmor is not available on this host; profile " + value + " is ignored.");
          }
        }
        default -> {} // "label": SELinux, which the hosts that Gantry supports do not enforce.
      }
    }
    return new SecurityOptions(
        noNewPrivileges, seccomp, unconfinedPaths, writableCgroups, appArmor);
  }

  private static Option parse(String text) {
    var split = text.indexOf('=') >= 0 ? text.indexOf('=') : text.indexOf(':');
    return split < 0
        ? new Option(text, "")
        : new Option(text.substring(0, split), text.substring(split + 1));
  }

  private static void check(String text, Option option) throws IOException {
    var right =
        switch (option.name()) {
          case "no-new-privileges", "writable-cgroups" -> isBoolean(option.value());
          case "seccomp", "apparmor", "label", "systempaths" -> {
            if (option.value().isEmpty()) {
              throw new IOException("invalid --security-opt 1: \"" + text + "\"");
            }
            yield true;
          }
          case "disable" -> option.value().isEmpty();
          default -> false;
        };
    if (!right) {
      throw new IOException("invalid --security-opt 2: \"" + text + "\"");
    }
    if (option.name().equals("seccomp")
        && !option.value().equals(UNCONFINED)
        && !option.value().equals("builtin")) {
      SeccompProfile.parse(option.value());
    }
  }

  private static boolean isBoolean(String value) {
    return value.isEmpty() || value.equals("true") || value.equals("false");
  }

  private static boolean isTrue(String value) {
    return !value.equals("false");
  }
}
