package io.gantry.cluster.remote;

import io.gantry.cluster.peer.PeerMethod;
import io.gantry.protocol.v1.AttachRequest;
import io.gantry.protocol.v1.AttachResponse;
import io.gantry.protocol.v1.CommitContainerRequest;
import io.gantry.protocol.v1.ConnectNetworkRequest;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerChange;
import io.gantry.protocol.v1.ContainerSizesRequest;
import io.gantry.protocol.v1.ContainerSizesResponse;
import io.gantry.protocol.v1.CreateContainerRequest;
import io.gantry.protocol.v1.CreateContainerResponse;
import io.gantry.protocol.v1.CreateExecRequest;
import io.gantry.protocol.v1.CreateNetworkRequest;
import io.gantry.protocol.v1.CreateVolumeRequest;
import io.gantry.protocol.v1.DisconnectNetworkRequest;
import io.gantry.protocol.v1.Exec;
import io.gantry.protocol.v1.ExportFilesRequest;
import io.gantry.protocol.v1.ExportFilesResponse;
import io.gantry.protocol.v1.FileChangesRequest;
import io.gantry.protocol.v1.FileChangesResponse;
import io.gantry.protocol.v1.FileStat;
import io.gantry.protocol.v1.Image;
import io.gantry.protocol.v1.ImageDiskUsageRequest;
import io.gantry.protocol.v1.ImageDiskUsageResponse;
import io.gantry.protocol.v1.ImageHistoryRequest;
import io.gantry.protocol.v1.ImageHistoryResponse;
import io.gantry.protocol.v1.ImportRootRequest;
import io.gantry.protocol.v1.InfoRequest;
import io.gantry.protocol.v1.InfoResponse;
import io.gantry.protocol.v1.InspectContainerRequest;
import io.gantry.protocol.v1.InspectExecRequest;
import io.gantry.protocol.v1.InspectImageRequest;
import io.gantry.protocol.v1.InspectNetworkRequest;
import io.gantry.protocol.v1.InspectVolumeRequest;
import io.gantry.protocol.v1.KillContainerRequest;
import io.gantry.protocol.v1.ListContainersRequest;
import io.gantry.protocol.v1.ListContainersResponse;
import io.gantry.protocol.v1.ListImagesRequest;
import io.gantry.protocol.v1.ListImagesResponse;
import io.gantry.protocol.v1.ListNetworksRequest;
import io.gantry.protocol.v1.ListNetworksResponse;
import io.gantry.protocol.v1.ListVolumesRequest;
import io.gantry.protocol.v1.ListVolumesResponse;
import io.gantry.protocol.v1.LoadImagesRequest;
import io.gantry.protocol.v1.LoadImagesResponse;
import io.gantry.protocol.v1.LogLines;
import io.gantry.protocol.v1.LogsRequest;
import io.gantry.protocol.v1.Network;
import io.gantry.protocol.v1.OfferRequest;
import io.gantry.protocol.v1.OfferResponse;
import io.gantry.protocol.v1.PauseContainerRequest;
import io.gantry.protocol.v1.PositionRequest;
import io.gantry.protocol.v1.PositionResponse;
import io.gantry.protocol.v1.PullImageRequest;
import io.gantry.protocol.v1.PullImageResponse;
import io.gantry.protocol.v1.PushImageRequest;
import io.gantry.protocol.v1.PushImageResponse;
import io.gantry.protocol.v1.ReadFilesRequest;
import io.gantry.protocol.v1.ReadFilesResponse;
import io.gantry.protocol.v1.RemoveContainerRequest;
import io.gantry.protocol.v1.RemoveImageRequest;
import io.gantry.protocol.v1.RemoveImageResponse;
import io.gantry.protocol.v1.RemoveNetworkRequest;
import io.gantry.protocol.v1.RemoveNetworkResponse;
import io.gantry.protocol.v1.RemoveVolumeRequest;
import io.gantry.protocol.v1.RemoveVolumeResponse;
import io.gantry.protocol.v1.RenameContainerRequest;
import io.gantry.protocol.v1.ResizeExecRequest;
import io.gantry.protocol.v1.ResizeRequest;
import io.gantry.protocol.v1.RestartContainerRequest;
import io.gantry.protocol.v1.SaveImagesRequest;
import io.gantry.protocol.v1.SaveImagesResponse;
import io.gantry.protocol.v1.StartContainerRequest;
import io.gantry.protocol.v1.StartExecRequest;
import io.gantry.protocol.v1.StartExecResponse;
import io.gantry.protocol.v1.StatFileRequest;
import io.gantry.protocol.v1.StatsRequest;
import io.gantry.protocol.v1.StatsResponse;
import io.gantry.protocol.v1.StopContainerRequest;
import io.gantry.protocol.v1.TagImageRequest;
import io.gantry.protocol.v1.TopRequest;
import io.gantry.protocol.v1.TopResponse;
import io.gantry.protocol.v1.UnpauseContainerRequest;
import io.gantry.protocol.v1.UpdateContainerRequest;
import io.gantry.protocol.v1.Volume;
import io.gantry.protocol.v1.VolumeSizeRequest;
import io.gantry.protocol.v1.VolumeSizeResponse;
import io.gantry.protocol.v1.WaitRequest;
import io.gantry.protocol.v1.WaitResponse;
import io.gantry.protocol.v1.WatchRequest;
import io.gantry.protocol.v1.WatchResponse;
import io.gantry.protocol.v1.WriteFilesRequest;

/** What another host can be asked, of the API that it serves its clients and its peers. */
final class Methods {
  private Methods() {}

  static final class Containers {
    private static final String SERVICE = "gantry.v1.ContainerService";
    static final PeerMethod<CreateContainerRequest, CreateContainerResponse> CREATE =
        PeerMethod.of(
            SERVICE, "Create", CreateContainerRequest.parser(), CreateContainerResponse.parser());
    static final PeerMethod<StartContainerRequest, ContainerChange> START =
        PeerMethod.of(SERVICE, "Start", StartContainerRequest.parser(), ContainerChange.parser());
    static final PeerMethod<StopContainerRequest, ContainerChange> STOP =
        PeerMethod.of(SERVICE, "Stop", StopContainerRequest.parser(), ContainerChange.parser());
    static final PeerMethod<RestartContainerRequest, ContainerChange> RESTART =
        PeerMethod.of(
            SERVICE, "Restart", RestartContainerRequest.parser(), ContainerChange.parser());
    static final PeerMethod<KillContainerRequest, ContainerChange> KILL =
        PeerMethod.of(SERVICE, "Kill", KillContainerRequest.parser(), ContainerChange.parser());
    static final PeerMethod<PauseContainerRequest, ContainerChange> PAUSE =
        PeerMethod.of(SERVICE, "Pause", PauseContainerRequest.parser(), ContainerChange.parser());
    static final PeerMethod<UnpauseContainerRequest, ContainerChange> UNPAUSE =
        PeerMethod.of(
            SERVICE, "Unpause", UnpauseContainerRequest.parser(), ContainerChange.parser());
    static final PeerMethod<RenameContainerRequest, ContainerChange> RENAME =
        PeerMethod.of(SERVICE, "Rename", RenameContainerRequest.parser(), ContainerChange.parser());
    static final PeerMethod<UpdateContainerRequest, ContainerChange> UPDATE =
        PeerMethod.of(SERVICE, "Update", UpdateContainerRequest.parser(), ContainerChange.parser());
    static final PeerMethod<RemoveContainerRequest, ContainerChange> REMOVE =
        PeerMethod.of(SERVICE, "Remove", RemoveContainerRequest.parser(), ContainerChange.parser());
    static final PeerMethod<InspectContainerRequest, Container> INSPECT =
        PeerMethod.of(SERVICE, "Inspect", InspectContainerRequest.parser(), Container.parser());
    static final PeerMethod<ListContainersRequest, ListContainersResponse> LIST =
        PeerMethod.of(
            SERVICE, "List", ListContainersRequest.parser(), ListContainersResponse.parser());
    static final PeerMethod<ContainerSizesRequest, ContainerSizesResponse> SIZES =
        PeerMethod.of(
            SERVICE, "Sizes", ContainerSizesRequest.parser(), ContainerSizesResponse.parser());
    static final PeerMethod<TopRequest, TopResponse> TOP =
        PeerMethod.of(SERVICE, "Top", TopRequest.parser(), TopResponse.parser());
    static final PeerMethod<WaitRequest, WaitResponse> WAIT =
        PeerMethod.of(SERVICE, "Wait", WaitRequest.parser(), WaitResponse.parser());
    static final PeerMethod<StatsRequest, StatsResponse> STATS =
        PeerMethod.of(SERVICE, "Stats", StatsRequest.parser(), StatsResponse.parser());
    static final PeerMethod<AttachRequest, AttachResponse> ATTACH =
        PeerMethod.of(SERVICE, "Attach", AttachRequest.parser(), AttachResponse.parser());
    static final PeerMethod<ResizeRequest, ContainerChange> RESIZE =
        PeerMethod.of(SERVICE, "Resize", ResizeRequest.parser(), ContainerChange.parser());
    static final PeerMethod<CreateExecRequest, Exec> CREATE_EXEC =
        PeerMethod.of(SERVICE, "CreateExec", CreateExecRequest.parser(), Exec.parser());
    static final PeerMethod<StartExecRequest, StartExecResponse> START_EXEC =
        PeerMethod.of(SERVICE, "StartExec", StartExecRequest.parser(), StartExecResponse.parser());
    static final PeerMethod<InspectExecRequest, Exec> INSPECT_EXEC =
        PeerMethod.of(SERVICE, "InspectExec", InspectExecRequest.parser(), Exec.parser());
    static final PeerMethod<ResizeExecRequest, Exec> RESIZE_EXEC =
        PeerMethod.of(SERVICE, "ResizeExec", ResizeExecRequest.parser(), Exec.parser());

    private Containers() {}
  }

  static final class Files {
    private static final String SERVICE = "gantry.v1.FileService";
    static final PeerMethod<StatFileRequest, FileStat> STAT =
        PeerMethod.of(SERVICE, "Stat", StatFileRequest.parser(), FileStat.parser());
    static final PeerMethod<ReadFilesRequest, ReadFilesResponse> READ =
        PeerMethod.of(SERVICE, "Read", ReadFilesRequest.parser(), ReadFilesResponse.parser());
    static final PeerMethod<WriteFilesRequest, FileStat> WRITE =
        PeerMethod.of(SERVICE, "Write", WriteFilesRequest.parser(), FileStat.parser());
    static final PeerMethod<ExportFilesRequest, ExportFilesResponse> EXPORT =
        PeerMethod.of(SERVICE, "Export", ExportFilesRequest.parser(), ExportFilesResponse.parser());
    static final PeerMethod<FileChangesRequest, FileChangesResponse> CHANGES =
        PeerMethod.of(
            SERVICE, "Changes", FileChangesRequest.parser(), FileChangesResponse.parser());
    static final PeerMethod<CommitContainerRequest, Image> COMMIT =
        PeerMethod.of(SERVICE, "Commit", CommitContainerRequest.parser(), Image.parser());

    private Files() {}
  }

  static final class Images {
    private static final String SERVICE = "gantry.v1.ImageService";
    static final PeerMethod<ListImagesRequest, ListImagesResponse> LIST =
        PeerMethod.of(SERVICE, "List", ListImagesRequest.parser(), ListImagesResponse.parser());
    static final PeerMethod<InspectImageRequest, Image> INSPECT =
        PeerMethod.of(SERVICE, "Inspect", InspectImageRequest.parser(), Image.parser());
    static final PeerMethod<ImageHistoryRequest, ImageHistoryResponse> HISTORY =
        PeerMethod.of(
            SERVICE, "History", ImageHistoryRequest.parser(), ImageHistoryResponse.parser());
    static final PeerMethod<LoadImagesRequest, LoadImagesResponse> LOAD =
        PeerMethod.of(SERVICE, "Load", LoadImagesRequest.parser(), LoadImagesResponse.parser());
    static final PeerMethod<ImportRootRequest, Image> IMPORT_ROOT =
        PeerMethod.of(SERVICE, "ImportRoot", ImportRootRequest.parser(), Image.parser());
    static final PeerMethod<SaveImagesRequest, SaveImagesResponse> SAVE =
        PeerMethod.of(SERVICE, "Save", SaveImagesRequest.parser(), SaveImagesResponse.parser());
    static final PeerMethod<TagImageRequest, Image> TAG =
        PeerMethod.of(SERVICE, "Tag", TagImageRequest.parser(), Image.parser());
    static final PeerMethod<RemoveImageRequest, RemoveImageResponse> REMOVE =
        PeerMethod.of(SERVICE, "Remove", RemoveImageRequest.parser(), RemoveImageResponse.parser());
    static final PeerMethod<ImageDiskUsageRequest, ImageDiskUsageResponse> DISK_USAGE =
        PeerMethod.of(
            SERVICE, "DiskUsage", ImageDiskUsageRequest.parser(), ImageDiskUsageResponse.parser());

    private Images() {}
  }

  static final class Registries {
    private static final String SERVICE = "gantry.v1.RegistryService";
    static final PeerMethod<PullImageRequest, PullImageResponse> PULL =
        PeerMethod.of(SERVICE, "Pull", PullImageRequest.parser(), PullImageResponse.parser());
    static final PeerMethod<PushImageRequest, PushImageResponse> PUSH =
        PeerMethod.of(SERVICE, "Push", PushImageRequest.parser(), PushImageResponse.parser());

    private Registries() {}
  }

  static final class Volumes {
    private static final String SERVICE = "gantry.v1.VolumeService";
    static final PeerMethod<CreateVolumeRequest, Volume> CREATE =
        PeerMethod.of(SERVICE, "Create", CreateVolumeRequest.parser(), Volume.parser());
    static final PeerMethod<InspectVolumeRequest, Volume> INSPECT =
        PeerMethod.of(SERVICE, "Inspect", InspectVolumeRequest.parser(), Volume.parser());
    static final PeerMethod<ListVolumesRequest, ListVolumesResponse> LIST =
        PeerMethod.of(SERVICE, "List", ListVolumesRequest.parser(), ListVolumesResponse.parser());
    static final PeerMethod<RemoveVolumeRequest, RemoveVolumeResponse> REMOVE =
        PeerMethod.of(
            SERVICE, "Remove", RemoveVolumeRequest.parser(), RemoveVolumeResponse.parser());
    static final PeerMethod<VolumeSizeRequest, VolumeSizeResponse> SIZE =
        PeerMethod.of(SERVICE, "Size", VolumeSizeRequest.parser(), VolumeSizeResponse.parser());

    private Volumes() {}
  }

  static final class Networks {
    private static final String SERVICE = "gantry.v1.NetworkService";
    static final PeerMethod<CreateNetworkRequest, Network> CREATE =
        PeerMethod.of(SERVICE, "Create", CreateNetworkRequest.parser(), Network.parser());
    static final PeerMethod<InspectNetworkRequest, Network> INSPECT =
        PeerMethod.of(SERVICE, "Inspect", InspectNetworkRequest.parser(), Network.parser());
    static final PeerMethod<ListNetworksRequest, ListNetworksResponse> LIST =
        PeerMethod.of(SERVICE, "List", ListNetworksRequest.parser(), ListNetworksResponse.parser());
    static final PeerMethod<RemoveNetworkRequest, RemoveNetworkResponse> REMOVE =
        PeerMethod.of(
            SERVICE, "Remove", RemoveNetworkRequest.parser(), RemoveNetworkResponse.parser());
    static final PeerMethod<ConnectNetworkRequest, ContainerChange> CONNECT =
        PeerMethod.of(SERVICE, "Connect", ConnectNetworkRequest.parser(), ContainerChange.parser());
    static final PeerMethod<DisconnectNetworkRequest, ContainerChange> DISCONNECT =
        PeerMethod.of(
            SERVICE, "Disconnect", DisconnectNetworkRequest.parser(), ContainerChange.parser());

    private Networks() {}
  }

  static final class Record {
    private static final String SERVICE = "gantry.v1.RecordService";
    static final PeerMethod<WatchRequest, WatchResponse> WATCH =
        PeerMethod.of(SERVICE, "Watch", WatchRequest.parser(), WatchResponse.parser());
    static final PeerMethod<PositionRequest, PositionResponse> POSITION =
        PeerMethod.of(SERVICE, "Position", PositionRequest.parser(), PositionResponse.parser());

    private Record() {}
  }

  static final class Engine {
    private static final String SERVICE = "gantry.v1.EngineService";
    static final PeerMethod<InfoRequest, InfoResponse> INFO =
        PeerMethod.of(SERVICE, "Info", InfoRequest.parser(), InfoResponse.parser());

    private Engine() {}
  }

  static final class Peers {
    private static final String SERVICE = "gantry.v1.PeerService";
    static final PeerMethod<LogsRequest, LogLines> LOGS =
        PeerMethod.of(SERVICE, "Logs", LogsRequest.parser(), LogLines.parser());
    static final PeerMethod<OfferRequest, OfferResponse> OFFER =
        PeerMethod.of(SERVICE, "Offer", OfferRequest.parser(), OfferResponse.parser());

    private Peers() {}
  }
}
