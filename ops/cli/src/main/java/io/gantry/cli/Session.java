package io.gantry.cli;

import io.gantry.protocol.v1.ClusterServiceGrpc;
import io.gantry.protocol.v1.ContainerServiceGrpc;
import io.gantry.protocol.v1.EngineServiceGrpc;
import io.gantry.protocol.v1.FileServiceGrpc;
import io.gantry.protocol.v1.ImageServiceGrpc;
import io.gantry.protocol.v1.NetworkServiceGrpc;
import io.gantry.protocol.v1.RecordServiceGrpc;
import io.gantry.protocol.v1.RegistryServiceGrpc;
import io.gantry.protocol.v1.ServiceServiceGrpc;
import io.gantry.protocol.v1.VolumeServiceGrpc;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One run of the command line: its terminal, and the agent it talks to once a command asks. */
final class Session implements AutoCloseable {
  private static final Metadata.Key<String> HOST =
      Metadata.Key.of("gantry-host", Metadata.ASCII_STRING_MARSHALLER);

  private final Terminal terminal;
  private String address = AgentAddress.DEFAULT;
  private String host = "";
  private @Nullable ManagedChannel channel;

  Session(Terminal terminal) {
    this.terminal = terminal;
  }

  void connectTo(String newAddress) {
    address = newAddress;
  }

  /** What is asked is for another host than the one that is connected to. */
  void onHost(String newHost) {
    host = newHost;
  }

  Terminal terminal() {
    return terminal;
  }

  private Channel channel() {
    var open = channel;
    if (open == null) {
      open = AgentAddress.connect(address);
      channel = open;
    }
    if (host.isEmpty()) {
      return open;
    }
    var headers = new Metadata();
    headers.put(HOST, host);
    return ClientInterceptors.intercept(open, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  String address() {
    return address;
  }

  ContainerServiceGrpc.ContainerServiceBlockingStub containers() {
    return ContainerServiceGrpc.newBlockingStub(channel());
  }

  /** For streams in both directions. */
  ContainerServiceGrpc.ContainerServiceStub containerStreams() {
    return ContainerServiceGrpc.newStub(channel());
  }

  ImageServiceGrpc.ImageServiceBlockingStub images() {
    return ImageServiceGrpc.newBlockingStub(channel());
  }

  ImageServiceGrpc.ImageServiceStub imageStreams() {
    return ImageServiceGrpc.newStub(channel());
  }

  RegistryServiceGrpc.RegistryServiceBlockingStub registries() {
    return RegistryServiceGrpc.newBlockingStub(channel());
  }

  FileServiceGrpc.FileServiceBlockingStub files() {
    return FileServiceGrpc.newBlockingStub(channel());
  }

  FileServiceGrpc.FileServiceStub fileStreams() {
    return FileServiceGrpc.newStub(channel());
  }

  VolumeServiceGrpc.VolumeServiceBlockingStub volumes() {
    return VolumeServiceGrpc.newBlockingStub(channel());
  }

  NetworkServiceGrpc.NetworkServiceBlockingStub networks() {
    return NetworkServiceGrpc.newBlockingStub(channel());
  }

  RecordServiceGrpc.RecordServiceBlockingStub record() {
    return RecordServiceGrpc.newBlockingStub(channel());
  }

  EngineServiceGrpc.EngineServiceBlockingStub engine() {
    return EngineServiceGrpc.newBlockingStub(channel());
  }

  ClusterServiceGrpc.ClusterServiceBlockingStub cluster() {
    return ClusterServiceGrpc.newBlockingStub(channel());
  }

  ServiceServiceGrpc.ServiceServiceBlockingStub services() {
    return ServiceServiceGrpc.newBlockingStub(channel());
  }

  @Override
  public void close() {
    var open = channel;
    if (open != null) {
      open.shutdownNow();
      try {
        open.awaitTermination(1, TimeUnit.SECONDS);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
