package io.gantry.agent;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

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
    List<String> warnings) {}
