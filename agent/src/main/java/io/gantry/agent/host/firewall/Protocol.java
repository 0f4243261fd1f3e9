package io.gantry.agent.host.firewall;

import java.util.Locale;

/** What has ports, with its number in IP. */
enum Protocol {
  TCP(6),
  UDP(17),
  SCTP(132);

  private final int number;

  Protocol(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Protocol parse(String text) {
    for (var protocol : values()) {
      if (protocol.text().equals(text)) {
        return protocol;
      }
    }
    throw new IllegalArgumentException("no such protocol: " + text);
  }
}
