package io.gantry.ops.clients;

import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.utility.DockerImageName;

/**
 * A test program that is killed before it cleared up: what it made is Testcontainers' reaper's to
 * remove, a container with the engine's socket in it. It has to be running by then.
 */
public final class Leaving {
  private Leaving() {}

  public static void main(String[] arguments) {
    var image = DockerImageName.parse(System.getProperty("image", "busybox:test"));
    var container = new GenericContainer<>(image).withCommand("sleep", "1000");
    container.withNetwork(Network.newNetwork()).start();
    System.out.println("left " + container.getContainerId());
    Runtime.getRuntime().halt(0);
  }
}
