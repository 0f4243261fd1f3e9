package io.gantry.agent;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the engine is and runs on, for `docker info` and `docker version`.
 *
 * @param cgroupVersion "1" or "2"; a hybrid host counts as "1"
 * @param runtimes name -> path; {@code defaultRuntime} is one of them
 * @param components name -> version of what runs containers: the OCI runtime, conmon
 * @param warnings about the host, one sentence each, as `docker info` prints them
 */
public record HostFacts(
    String id,
    String name,
    String gantryVersion,
    Instant startedAt,
    String kernelVersion,
    String operatingSystem,
    String osVersion,
    String architecture,
    int cpus,
    long memoryBytes,
    String cgroupVersion,
    String cgroupDriver,
    List<String> securityOptions,
    Map<String, String> runtimes,
    String defaultRuntime,
    Map<String, String> components,
    String storageDriver,
    Path stateDirectory,
    List<String> warnings,
    Abilities abilities) {

  /**
   * What containers of this host can be given.
   *
   * @param limits that the kernel keeps
   * @param forwarding the kernel passes IPv4 packets on between devices
   * @param storage label and value of what is worth knowing of the storage driver, in order
   * @param networkDrivers by name
   * @param init runs as process 1 where --init asks for it; empty: there is none
   * @param insecureRegistries "HOST[:PORT]" or "ADDRESS/BITS", those that always are included
   * @param mirrors asked before Docker's own registry
   * @param builtAt when this build of the agent was made
   */
  public record Abilities(
      LimitSupport limits,
      boolean forwarding,
      List<Map.Entry<String, String>> storage,
      List<String> networkDrivers,
      Optional<Path> init,
      List<String> insecureRegistries,
      List<String> mirrors,
      Instant builtAt) {

    /** Everything: for tests, and for hosts that are only imagined. */
    public static Abilities all(int processors) {
      return new Abilities(
          LimitSupport.all(processors),
          true,
          List.of(),
          List.of("bridge", "host", "null"),
          Optional.empty(),
          List.of(),
          List.of(),
          Instant.EPOCH);
    }
  }
}
