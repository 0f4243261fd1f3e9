package io.gantry.agent.grpc;

import akka.grpc.javadsl.Metadata;
import io.gantry.agent.Volumes;
import io.gantry.protocol.v1.CreateVolumeRequest;
import io.gantry.protocol.v1.InspectVolumeRequest;
import io.gantry.protocol.v1.ListVolumesRequest;
import io.gantry.protocol.v1.ListVolumesResponse;
import io.gantry.protocol.v1.RemoveVolumeRequest;
import io.gantry.protocol.v1.RemoveVolumeResponse;
import io.gantry.protocol.v1.Volume;
import io.gantry.protocol.v1.VolumeServicePowerApi;
import io.gantry.protocol.v1.VolumeSizeRequest;
import io.gantry.protocol.v1.VolumeSizeResponse;
import java.util.Comparator;
import java.util.concurrent.CompletionStage;

/** {@code gantry.v1.VolumeService}. */
record VolumeCalls(Volumes volumes, Calls calls) implements VolumeServicePowerApi {
  @Override
  public CompletionStage<Volume> create(CreateVolumeRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    return call.value(
        volumes.create(call.caller(), request.getSpec().toBuilder().clearMadeFor().build()));
  }

  @Override
  public CompletionStage<Volume> inspect(InspectVolumeRequest request, Metadata metadata) {
    return calls
        .read(() -> volumes.inspect(request.getName()))
        .thenApply(calls.begin(metadata)::value);
  }

  @Override
  public CompletionStage<ListVolumesResponse> list(ListVolumesRequest request, Metadata metadata) {
    var byName = Comparator.comparing((Volume volume) -> volume.getSpec().getName());
    return calls.read(
        () ->
            ListVolumesResponse.newBuilder()
                .addAllVolumes(volumes.list().stream().sorted(byName).toList())
                .build());
  }

  @Override
  public CompletionStage<RemoveVolumeResponse> remove(
      RemoveVolumeRequest request, Metadata metadata) {
    var call = calls.begin(metadata);
    return call.value(
        volumes.remove(call.caller(), request.getName(), request.getForce()),
        _ -> RemoveVolumeResponse.getDefaultInstance());
  }

  @Override
  public CompletionStage<VolumeSizeResponse> size(VolumeSizeRequest request, Metadata metadata) {
    return calls
        .begin(metadata)
        .value(
            volumes.size(request.getName()),
            bytes -> VolumeSizeResponse.newBuilder().setBytes(bytes).build());
  }
}
