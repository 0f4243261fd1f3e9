package io.gantry.agent.host.links;

/** Numbers of rtnetlink (rtnetlink(7), linux/if_link.h, linux/if_addr.h). */
final class Wire {
  static final int RTM_NEWLINK = 16;
  static final int RTM_DELLINK = 17;
  static final int RTM_GETLINK = 18;
  static final int RTM_SETLINK = 19;
  static final int RTM_NEWADDR = 20;
  static final int RTM_DELADDR = 21;
  static final int RTM_GETADDR = 22;
  static final int RTM_NEWROUTE = 24;

  static final int IFF_UP = 1;

  static final int IFLA_ADDRESS = 1;
  static final int IFLA_IFNAME = 3;
  static final int IFLA_MTU = 4;
  static final int IFLA_LINK = 5;
  static final int IFLA_MASTER = 10;
  static final int IFLA_PROTINFO = 12;
  static final int IFLA_LINKINFO = 18;
  static final int IFLA_IFALIAS = 20;
  static final int IFLA_AF_SPEC = 26;
  static final int IFLA_NET_NS_FD = 28;
  static final int IFLA_NUM_TX_QUEUES = 31;
  static final int IFLA_NUM_RX_QUEUES = 32;
  static final int BRPORT_STATE = 1;
  static final int BRPORT_FLUSH = 24;
  static final byte BRPORT_DISABLED = 0;
  static final int INFO_KIND = 1;
  static final int INFO_DATA = 2;
  static final int INFO_SLAVE_KIND = 4;
  static final int INFO_SLAVE_DATA = 5;
  static final int BRPORT_HAIRPIN = 4;
  static final int BRPORT_ISOLATED = 33;
  static final int VETH_INFO_PEER = 1;

  static final int INET6_ADDR_GEN_MODE = 8;
  static final byte ADDR_GEN_MODE_NONE = 1;

  static final int IFA_ADDRESS = 1;
  static final int IFA_LOCAL = 2;
  static final int IFA_BROADCAST = 4;
  static final int IFA_F_NODAD = 2;

  static final int RTA_OIF = 4;
  static final int RTA_GATEWAY = 5;

  static final int AF_INET = 2;
  static final int AF_BRIDGE = 7;
  static final int AF_INET6 = 10;

  /** IFNAMSIZ without its NUL. */
  static final int LONGEST_NAME = 15;

  private Wire() {}
}
