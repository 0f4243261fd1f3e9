package io.gantry.agent.grpc;

import akka.grpc.javadsl.Metadata;
import io.gantry.agent.Engine;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.ContainerState;
import io.gantry.protocol.v1.EngineServicePowerApi;
import io.gantry.protocol.v1.InfoRequest;
import io.gantry.protocol.v1.InfoResponse;
import io.gantry.protocol.v1.VersionRequest;
import io.gantry.protocol.v1.VersionResponse;
import java.util.concurrent.CompletionStage;

/** {@code gantry.v1.EngineService}. */
record EngineCalls(Engine engine, Calls calls) implements EngineServicePowerApi {
  @Override
  public CompletionStage<VersionResponse> version(VersionRequest request, Metadata metadata) {
    var host = engine.host();
    return calls.read(
        () ->
            VersionResponse.newBuilder()
                .setGantryVersion(host.gantryVersion())
                .setApiVersion("gantry.v1")
                .setKernelVersion(host.kernelVersion())
                .setOperatingSystem(host.operatingSystem())
                .setArchitecture(host.architecture())
                .putAllComponents(host.components())
                .build());
  }

  @Override
  public CompletionStage<InfoResponse> info(InfoRequest request, Metadata metadata) {
    return calls.read(this::info);
  }

  private InfoResponse info() {
    var host = engine.host();
    var running = 0;
    var paused = 0;
    var stopped = 0;
    for (var container : engine.containers().list()) {
      var state = container.getStatus().getState();
      if (state == ContainerState.PAUSED) {
        paused++;
      } else if (state == ContainerState.RUNNING) {
        running++;
      } else {
        stopped++;
      }
    }
    return InfoResponse.newBuilder()
        .setId(host.id())
        .setName(host.name())
        .setGantryVersion(host.gantryVersion())
        .setStartedAt(Moments.timestamp(host.startedAt()))
        .setKernelVersion(host.kernelVersion())
        .setOperatingSystem(host.operatingSystem())
        .setOsVersion(host.osVersion())
        .setArchitecture(host.architecture())
        .setCpus(host.cpus())
        .setMemoryBytes(host.memoryBytes())
        .setCgroupVersion(host.cgroupVersion())
        .setCgroupDriver(host.cgroupDriver())
        .addAllSecurityOptions(host.securityOptions())
        .putAllRuntimes(host.runtimes())
        .setDefaultRuntime(host.defaultRuntime())
        .putAllComponents(host.components())
        .setStorageDriver(host.storageDriver())
        .setStateDirectory(host.stateDirectory().toString())
        .addAllWarnings(host.warnings())
        .setContainersRunning(running)
        .setContainersPaused(paused)
        .setContainersStopped(stopped)
        .setImages(engine.images().list().size())
        .setRecordSequence(engine.events().last())
        .build();
  }
}
