package io.gantry.agent.docker.json;

import io.gantry.protocol.v1.MountSpec;
import io.gantry.protocol.v1.RestartPolicy;
import io.gantry.protocol.v1.SecuritySpec;
import io.gantry.protocol.v1.StorageSpec;
import io.gantry.protocol.v1.StringList;
import java.util.Optional;

/** What HostConfig says beside resources and network. */
final class HostConfigReader {
  private HostConfigReader() {}

  static RestartPolicy restartPolicy(JsonObject host) {
    var policy = host.objectOrEmpty("RestartPolicy");
    return RestartPolicy.newBuilder()
        .setName(policy.textOr("Name", ""))
        .setMaximumRetryCount(policy.integer("MaximumRetryCount").orElse(0))
        .build();
  }

  static SecuritySpec security(JsonObject host) {
    var spec =
        SecuritySpec.newBuilder()
            .setPrivileged(host.is("Privileged"))
            .addAllCapAdd(list(host.command("CapAdd")))
            .addAllCapDrop(list(host.command("CapDrop")))
            .addAllSecurityOpt(host.list("SecurityOpt"))
            .putAllSysctls(host.texts("Sysctls"))
            .setIpcMode(host.textOr("IpcMode", ""))
            .setPidMode(host.textOr("PidMode", ""))
            .setUtsMode(host.textOr("UTSMode", ""))
            .setUsernsMode(host.textOr("UsernsMode", ""))
            .setCgroupnsMode(host.textOr("CgroupnsMode", ""))
            .setCgroup(host.textOr("Cgroup", ""));
    host.listIfGiven("MaskedPaths").ifPresent(spec::setMaskedPaths);
    host.listIfGiven("ReadonlyPaths").ifPresent(spec::setReadonlyPaths);
    return spec.build();
  }

  private static Iterable<String> list(Optional<StringList> list) {
    return list.orElse(StringList.getDefaultInstance()).getValuesList();
  }

  static StorageSpec storage(JsonObject body, JsonObject host) {
    var spec =
        StorageSpec.newBuilder()
            .setReadonlyRootfs(host.is("ReadonlyRootfs"))
            .addAllBinds(host.list("Binds"))
            .putAllTmpfs(host.texts("Tmpfs"))
            .addAllVolumesFrom(host.list("VolumesFrom"))
            .addAllVolumes(body.objects("Volumes").keySet())
            .setVolumeDriver(host.textOr("VolumeDriver", ""))
            .putAllStorageOpt(host.texts("StorageOpt"))
            .setShmSizeBytes(host.numberOr("ShmSize", 0));
    host.objectList("Mounts").stream().map(HostConfigReader::mount).forEach(spec::addMounts);
    return spec.build();
  }

  static MountSpec mount(JsonObject mount) {
    var spec =
        MountSpec.newBuilder()
            .setType(mount.textOr("Type", ""))
            .setSource(mount.textOr("Source", ""))
            .setTarget(mount.textOr("Target", ""))
            .setReadOnly(mount.is("ReadOnly"))
            .setConsistency(mount.textOr("Consistency", ""));
    mount
        .object("BindOptions")
        .ifPresent(
            options ->
                spec.setHasBindOptions(true)
                    .setPropagation(options.textOr("Propagation", ""))
                    .setNonRecursive(options.is("NonRecursive"))
                    .setCreateMountpoint(options.is("CreateMountpoint"))
                    .setReadOnlyNonRecursive(options.is("ReadOnlyNonRecursive"))
                    .setReadOnlyForceRecursive(options.is("ReadOnlyForceRecursive")));
    mount.object("VolumeOptions").ifPresent(options -> volumeOptions(spec, options));
    mount
        .object("ImageOptions")
        .ifPresent(options -> spec.setSubpath(options.textOr("Subpath", "")));
    mount.object("TmpfsOptions").ifPresent(options -> tmpfsOptions(spec, options));
    return spec.build();
  }

  private static void volumeOptions(MountSpec.Builder spec, JsonObject options) {
    var driver = options.objectOrEmpty("DriverConfig");
    spec.setHasVolumeOptions(true)
        .setNoCopy(options.is("NoCopy"))
        .putAllVolumeLabels(options.texts("Labels"))
        .setVolumeDriver(driver.textOr("Name", ""))
        .putAllVolumeDriverOptions(driver.texts("Options"))
        .setSubpath(options.textOr("Subpath", ""));
  }

  private static void tmpfsOptions(MountSpec.Builder spec, JsonObject options) {
    spec.setHasTmpfsOptions(true)
        .setTmpfsSizeBytes(options.numberOr("SizeBytes", 0))
        .setTmpfsMode(options.unsigned("Mode", Integer.MAX_VALUE));
    for (var option : options.nestedLists("Options")) {
      spec.addTmpfsOptions(StringList.newBuilder().addAllValues(option));
    }
  }
}
