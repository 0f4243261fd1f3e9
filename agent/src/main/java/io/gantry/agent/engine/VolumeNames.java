package io.gantry.agent.engine;

import io.gantry.protocol.v1.MountSpec;
import io.gantry.protocol.v1.VolumeSpec;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** The volumes a container asks for in passing. */
final class VolumeNames {
  private static final Pattern FORM = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]+");
  private static final SecureRandom RANDOM = new SecureRandom();

  private VolumeNames() {}

  static VolumeSpec named(String name, String driver, String whole) throws MountPlan.Refused {
    if (!FORM.matcher(name).matches()) {
      throw new MountPlan.Refused(
          ("%s includes invalid characters for a local volume name, only"
                  + " \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host"
                  + " directory, use absolute path")
              .formatted(name.isEmpty() ? whole : name));
    }
    return VolumeSpec.newBuilder().setName(name).setDriver(driver).build();
  }

  static VolumeSpec anonymous(String driver) {
    var bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return VolumeSpec.newBuilder()
        .setName(HexFormat.of().formatHex(bytes))
        .setDriver(driver)
        .putLabels("com.docker.volume.anonymous", "")
        .setAnonymous(true)
        .build();
  }

  static VolumeSpec asked(MountSpec mount) throws MountPlan.Refused {
    var base =
        mount.getSource().isEmpty()
            ? anonymous(mount.getVolumeDriver())
            : named(mount.getSource(), mount.getVolumeDriver(), mount.getSource());
    return base.toBuilder()
        .putAllLabels(mount.getVolumeLabelsMap())
        .putAllDriverOptions(mount.getVolumeDriverOptionsMap())
        .build();
  }
}
