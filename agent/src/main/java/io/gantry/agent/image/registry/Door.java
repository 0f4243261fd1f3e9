package io.gantry.agent.image.registry;

import java.net.URI;

/**
 * An address where a registry, or a mirror of it, answers.
 *
 * @param base ends with a slash: "https://registry-1.docker.io/"
 */
record Door(URI base) {
  static Door of(URI address) {
    var text = address.toString();
    return new Door(URI.create(text.endsWith("/") ? text : text + "/"));
  }

  Host host() {
    return Host.of(base);
  }

  URI at(String path) {
    return base.resolve("v2/" + path);
  }
}
