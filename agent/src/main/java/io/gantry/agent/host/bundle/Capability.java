package io.gantry.agent.host.bundle;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Linux capabilities in the order of their numbers (capability.h). */
public enum Capability {
  CHOWN,
  DAC_OVERRIDE,
  DAC_READ_SEARCH,
  FOWNER,
  FSETID,
  KILL,
  SETGID,
  SETUID,
  SETPCAP,
  LINUX_IMMUTABLE,
  NET_BIND_SERVICE,
  NET_BROADCAST,
  NET_ADMIN,
  NET_RAW,
  IPC_LOCK,
  IPC_OWNER,
  SYS_MODULE,
  SYS_RAWIO,
  SYS_CHROOT,
  SYS_PTRACE,
  SYS_PACCT,
  SYS_ADMIN,
  SYS_BOOT,
  SYS_NICE,
  SYS_RESOURCE,
  SYS_TIME,
  SYS_TTY_CONFIG,
  MKNOD,
  LEASE,
  AUDIT_WRITE,
  AUDIT_CONTROL,
  SETFCAP,
  MAC_OVERRIDE,
  MAC_ADMIN,
  SYSLOG,
  WAKE_ALARM,
  BLOCK_SUSPEND,
  AUDIT_READ,
  PERFMON,
  BPF,
  CHECKPOINT_RESTORE;

  /** What Docker gives a container that asks for nothing. */
  static final Set<Capability> DEFAULT =
      java.util.Collections.unmodifiableSet(
          EnumSet.of(
              CHOWN,
              DAC_OVERRIDE,
              FSETID,
              FOWNER,
              MKNOD,
              NET_RAW,
              SETGID,
              SETUID,
              SETFCAP,
              SETPCAP,
              NET_BIND_SERVICE,
              SYS_CHROOT,
              KILL,
              AUDIT_WRITE));

  private static final String PREFIX = "CAP_";

  /** With or without the prefix, in any case. */
  public static Optional<Capability> of(String name) {
    var upper = name.toUpperCase(Locale.ROOT);
    var bare = upper.startsWith(PREFIX) ? upper.substring(PREFIX.length()) : upper;
    for (var capability : values()) {
      if (capability.name().equals(bare)) {
        return Optional.of(capability);
      }
    }
    return Optional.empty();
  }

  /** From a mask as /proc/PID/status prints it. */
  static Set<Capability> ofMask(String hexadecimal) {
    var mask = Long.parseUnsignedLong(hexadecimal, 16);
    var held = EnumSet.noneOf(Capability.class);
    for (var capability : values()) {
      if ((mask >>> capability.ordinal() & 1) != 0) {
        held.add(capability);
      }
    }
    return held;
  }

  String prefixed() {
    return PREFIX + name();
  }
}
