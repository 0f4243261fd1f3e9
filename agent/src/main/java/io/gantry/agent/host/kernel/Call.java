package io.gantry.agent.host.kernel;

/** The system calls in use, with their numbers (Linux, x86-64 and arm64). */
enum Call {
  READ(0, 63),
  WRITE(1, 64),
  CLOSE(3, 57),
  FCNTL(72, 25),
  IOCTL(16, 29),
  SOCKET(41, 198),
  CONNECT(42, 203),
  BIND(49, 200),
  GETSOCKNAME(51, 204),
  SENDTO(44, 206),
  RECVFROM(45, 207),
  SHUTDOWN(48, 210),
  SETSOCKOPT(54, 208),
  GETSOCKOPT(55, 209),
  WAIT4(61, 260),
  OPENAT(257, 56),
  UNLINKAT(263, 35),
  RENAMEAT2(316, 276),
  GETDENTS64(217, 61),
  STATFS(137, 43),
  FSTATFS(138, 44),
  STATX(332, 291),
  CAPGET(125, 90),
  CAPSET(126, 91),
  SETFSUID(122, 151),
  SETFSGID(123, 152),
  UNSHARE(272, 97),
  SETNS(308, 268),
  MOUNT(165, 40),
  UMOUNT2(166, 39),
  MEMFD_CREATE(319, 279),
  PIPE2(293, 59),
  EPOLL_CREATE1(291, 20),
  EPOLL_CTL(233, 21),
  EPOLL_PWAIT(281, 22),
  PIDFD_SEND_SIGNAL(424),
  OPEN_TREE(428),
  MOVE_MOUNT(429),
  FSOPEN(430),
  FSCONFIG(431),
  FSMOUNT(432),
  PIDFD_OPEN(434),
  PIDFD_GETFD(438),
  OPENAT2(437),
  MOUNT_SETATTR(442);

  private final int x86;
  private final int arm;

  Call(int x86, int arm) {
    this.x86 = x86;
    this.arm = arm;
  }

  /** Calls newer than Linux 5.0 have one number everywhere. */
  Call(int number) {
    this(number, number);
  }

  long number() {
    return Architecture.ARM ? arm : x86;
  }

  String text() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
