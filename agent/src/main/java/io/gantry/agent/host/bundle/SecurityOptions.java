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
 */
record SecurityOptions(
    boolean noNewPrivileges, Optional<SeccompProfile> seccomp, boolean unconfinedPaths) {

  static SecurityOptions of(SecuritySpec security, HostAbilities host, List<String> warnings)
      throws IOException {
    var noNewPrivileges = false;
    var unconfinedPaths = security.getPrivileged();
    var seccomp =
        security.getPrivileged() ? Optional.<SeccompProfile>empty() : host.defaultSeccomp();
    for (var option : security.getSecurityOptList()) {
      var split = option.indexOf('=') >= 0 ? option.indexOf('=') : option.indexOf(':');
      var name = split < 0 ? option : option.substring(0, split);
      var value = split < 0 ? "" : option.substring(split + 1);
      switch (name) {
        case "no-new-privileges" -> noNewPrivileges = value.isEmpty() || value.equals("true");
        case "seccomp" ->
            seccomp =
                switch (value) {
                  case "unconfined" -> Optional.empty();
                  case "builtin" -> host.defaultSeccomp();
                  default -> Optional.of(SeccompProfile.parse(value));
                };
        case "systempaths" -> unconfinedPaths = value.equals("unconfined");
        case "apparmor" -> {
          if (!host.appArmor() && !value.equals("unconfined")) {
            warnings.add(
                "AppArmor is not available on this host; profile " + value + " is ignored.");
          }
        }
        case "label" -> {} // SELinux, which the hosts that Gantry supports do not enforce.
        default -> throw new IOException("invalid --security-opt 2: \"" + option + "\"");
      }
    }
    return new SecurityOptions(noNewPrivileges, seccomp, unconfinedPaths);
  }
}
