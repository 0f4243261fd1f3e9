package io.gantry.cluster.remote;

import io.gantry.agent.Caller;
import io.gantry.agent.Outcome;
import io.gantry.agent.Volumes;
import io.gantry.protocol.v1.CreateVolumeRequest;
import io.gantry.protocol.v1.InspectVolumeRequest;
import io.gantry.protocol.v1.ListVolumesRequest;
import io.gantry.protocol.v1.RemoveVolumeRequest;
import io.gantry.protocol.v1.Volume;
import io.gantry.protocol.v1.VolumeSizeRequest;
import io.gantry.protocol.v1.VolumeSizeResponse;
import io.gantry.protocol.v1.VolumeSpec;
import java.util.Collection;
import java.util.concurrent.CompletionStage;

/** Volumes of another host. */
record RemoteVolumes(RemoteHost host) implements Volumes {
  @Override
  public CompletionStage<Outcome<Volume>> create(Caller caller, VolumeSpec spec) {
    return host.ask(
        caller, Methods.Volumes.CREATE, CreateVolumeRequest.newBuilder().setSpec(spec).build());
  }

  @Override
  public Outcome<Volume> inspect(String name) {
    return host.read(
        Methods.Volumes.INSPECT, InspectVolumeRequest.newBuilder().setName(name).build());
  }

  @Override
  public Collection<Volume> list() {
    return host.answer(Methods.Volumes.LIST, ListVolumesRequest.getDefaultInstance())
        .getVolumesList();
  }

  /** What it was is not known any more. */
  @Override
  public CompletionStage<Outcome<Volume>> remove(Caller caller, String name, boolean force) {
    return host.ask(
            caller,
            Methods.Volumes.REMOVE,
            RemoveVolumeRequest.newBuilder().setName(name).setForce(force).build())
        .thenApply(
            outcome ->
                outcome.map(
                    _ ->
                        Volume.newBuilder()
                            .setSpec(VolumeSpec.newBuilder().setName(name))
                            .build()));
  }

  @Override
  public CompletionStage<Outcome<Long>> size(String name) {
    return host.ask(
            Caller.ENGINE,
            Methods.Volumes.SIZE,
            VolumeSizeRequest.newBuilder().setName(name).build())
        .thenApply(outcome -> outcome.map(VolumeSizeResponse::getBytes));
  }
}
