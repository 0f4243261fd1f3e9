package io.gantry.agent.grpc;

import akka.actor.typed.ActorSystem;
import akka.grpc.ServiceDescription;
import akka.grpc.Trailers;
import akka.grpc.javadsl.ServerReflection;
import akka.grpc.javadsl.ServiceHandler;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.japi.Function;
import io.gantry.agent.Engine;
import io.gantry.protocol.health.Health;
import io.gantry.protocol.health.HealthPowerApiHandlerFactory;
import io.gantry.protocol.v1.ClusterService;
import io.gantry.protocol.v1.ClusterServicePowerApiHandlerFactory;
import io.gantry.protocol.v1.ContainerService;
import io.gantry.protocol.v1.ContainerServicePowerApiHandlerFactory;
import io.gantry.protocol.v1.EngineService;
import io.gantry.protocol.v1.EngineServicePowerApiHandlerFactory;
import io.gantry.protocol.v1.FileService;
import io.gantry.protocol.v1.FileServicePowerApiHandlerFactory;
import io.gantry.protocol.v1.ImageService;
import io.gantry.protocol.v1.ImageServicePowerApiHandlerFactory;
import io.gantry.protocol.v1.NetworkService;
import io.gantry.protocol.v1.NetworkServicePowerApiHandlerFactory;
import io.gantry.protocol.v1.RecordService;
import io.gantry.protocol.v1.RecordServicePowerApiHandlerFactory;
import io.gantry.protocol.v1.RegistryService;
import io.gantry.protocol.v1.RegistryServicePowerApiHandlerFactory;
import io.gantry.protocol.v1.ServiceService;
import io.gantry.protocol.v1.ServiceServicePowerApiHandlerFactory;
import io.gantry.protocol.v1.VolumeService;
import io.gantry.protocol.v1.VolumeServicePowerApiHandlerFactory;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** Every service of the API, put together. */
final class GrpcServices {
  private static final List<ServiceDescription> DESCRIPTIONS =
      List.of(
          ContainerService.description,
          FileService.description,
          ImageService.description,
          RegistryService.description,
          VolumeService.description,
          NetworkService.description,
          RecordService.description,
          EngineService.description,
          ClusterService.description,
          ServiceService.description,
          Health.description);
  private static final Set<String> NAMES =
      DESCRIPTIONS.stream().map(ServiceDescription::name).collect(Collectors.toUnmodifiableSet());

  private final ActorSystem<?> system;
  private final Engine engine;
  private final Function<akka.actor.ActorSystem, Function<Throwable, Trailers>> errors =
      _ -> StatusTrailers::of;
  private final akka.japi.function.Function<HttpRequest, CompletionStage<HttpResponse>> reflection;

  GrpcServices(ActorSystem<?> system, Engine engine) {
    this.system = system;
    this.engine = engine;
    this.reflection = ServerReflection.create(DESCRIPTIONS, system);
  }

  /** For one connection: what it asks is recorded as its peer's doing. */
  @SuppressWarnings("unchecked") // generic varargs of akka-grpc
  akka.japi.function.Function<HttpRequest, CompletionStage<HttpResponse>> handler(Calls of) {
    var calls = of.of(engine);
    return ServiceHandler.concatOrNotFound(
        ContainerServicePowerApiHandlerFactory.create(
            new ContainerCalls(engine.containers(), calls), errors, system),
        ImageServicePowerApiHandlerFactory.create(
            new ImageCalls(engine.images(), calls, system), errors, system),
        FileServicePowerApiHandlerFactory.create(
            new FileCalls(engine.files(), calls, system), errors, system),
        RegistryServicePowerApiHandlerFactory.create(
            new RegistryCalls(engine.registries(), calls), errors, system),
        VolumeServicePowerApiHandlerFactory.create(
            new VolumeCalls(engine.volumes(), calls), errors, system),
        NetworkServicePowerApiHandlerFactory.create(
            new NetworkCalls(engine, calls), errors, system),
        RecordServicePowerApiHandlerFactory.create(
            new RecordCalls(engine.events(), calls, system), errors, system),
        EngineServicePowerApiHandlerFactory.create(new EngineCalls(engine, calls), errors, system),
        ClusterServicePowerApiHandlerFactory.create(
            new ClusterCalls(engine, engine.membership(), calls), errors, system),
        ServiceServicePowerApiHandlerFactory.create(
            new ServiceCalls(engine.services(), calls), errors, system),
        HealthPowerApiHandlerFactory.create(new HealthCalls(NAMES, calls), errors, system),
        reflection);
  }
}
