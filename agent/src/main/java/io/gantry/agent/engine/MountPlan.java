package io.gantry.agent.engine;

import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.MountPoint;
import io.gantry.protocol.v1.MountSpec;
import io.gantry.protocol.v1.VolumeSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Which mounts a specification asks for. Later ones win where several name a destination:
 * --volumes-from, then -v, then --mount; an image's VOLUME only gets an anonymous volume where
 * nothing else is mounted.
 *
 * @param mounts sources of volumes are still empty
 * @param volumes to be created first
 */
record MountPlan(List<MountPoint> mounts, List<VolumeSpec> volumes) {
  /** A specification that asks for the impossible. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  static MountPlan of(ContainerSpec spec, Function<String, Optional<Container>> containers)
      throws Refused {
    var planned = new LinkedHashMap<String, MountPoint>();
    var volumes = new ArrayList<VolumeSpec>();
    for (var from : spec.getStorage().getVolumesFromList()) {
      volumesFrom(from, containers).forEach(mount -> planned.put(mount.getDestination(), mount));
    }
    var given = new LinkedHashMap<String, MountPoint>();
    for (var bind : spec.getStorage().getBindsList()) {
      add(given, bind(bind, spec, volumes));
    }
    for (var mount : spec.getStorage().getMountsList()) {
      mount(mount, volumes).ifPresent(one -> given.put(one.getDestination(), one));
    }
    planned.putAll(given);
    for (var path : spec.getStorage().getVolumesList()) {
      var destination = clean(path);
      var tmpfs = spec.getStorage().containsTmpfs(destination) || isTmpfs(spec, destination);
      if (!planned.containsKey(destination) && !tmpfs) {
        planned.put(destination, anonymous(destination, spec, volumes));
      }
    }
    return new MountPlan(List.copyOf(planned.values()), List.copyOf(volumes));
  }

  private static boolean isTmpfs(ContainerSpec spec, String destination) {
    return spec.getStorage().getMountsList().stream()
        .anyMatch(
            mount ->
                mount.getType().equals("tmpfs") && clean(mount.getTarget()).equals(destination));
  }

  private static void add(Map<String, MountPoint> given, MountPoint mount) throws Refused {
    if (given.putIfAbsent(mount.getDestination(), mount) != null) {
      throw new Refused("Duplicate mount point: " + mount.getDestination());
    }
  }

  private static List<MountPoint> volumesFrom(
      String text, Function<String, Optional<Container>> containers) throws Refused {
    var colon = text.indexOf(':');
    var reference = colon < 0 ? text : text.substring(0, colon);
    var mode = colon < 0 ? "" : text.substring(colon + 1);
    if (!mode.isEmpty()
        && !mode.equals("ro")
        && !mode.equals("rw")
        && !mode.equals("z")
        && !mode.equals("Z")) {
      throw new Refused("invalid mode: " + mode);
    }
    var other =
        containers
            .apply(reference)
            .orElseThrow(() -> new Refused("No such container: " + reference));
    return other.getStatus().getMountsList().stream()
        .map(
            mount ->
                mode.isEmpty()
                    ? mount
                    : mount.toBuilder()
                        .setMode(mode)
                        .setReadWrite(!mode.equals("ro") && mount.getReadWrite())
                        .build())
        .toList();
  }

  private static MountPoint bind(String text, ContainerSpec spec, List<VolumeSpec> volumes)
      throws Refused {
    var parts = text.split(":", -1);
    if (parts.length == 1) {
      return anonymous(absolute(parts[0], text), spec, volumes);
    }
    if (parts.length > 3 || parts[0].isEmpty()) {
      throw new Refused("invalid volume specification: '%s'".formatted(text));
    }
    var destination = absolute(parts[1], text);
    var mode = parts.length == 3 ? parts[2] : "";
    var options = List.of(mode.split(","));
    for (var option : options) {
      if (!BindOptions.isKnown(option)) {
        throw new Refused("invalid mode: " + mode);
      }
    }
    var point =
        MountPoint.newBuilder()
            .setDestination(destination)
            .setMode(mode)
            .setReadWrite(!options.contains("ro"));
    if (parts[0].startsWith("/")) {
      return point
          .setType("bind")
          .setSource(clean(parts[0]))
          .setPropagation(BindOptions.propagation(options))
          .build();
    }
    volumes.add(VolumeNames.named(parts[0], spec.getStorage().getVolumeDriver(), text));
    return point
        .setType("volume")
        .setName(parts[0])
        .setDriver("local")
        .setMode(mode.isEmpty() ? "z" : mode)
        .build();
  }

  private static Optional<MountPoint> mount(MountSpec mount, List<VolumeSpec> volumes)
      throws Refused {
    if (mount.getTarget().isEmpty()) {
      throw new Refused(
          "invalid mount config for type \"%s\": field Target must not be empty"
              .formatted(mount.getType()));
    }
    if (!mount.getTarget().startsWith("/")) {
      throw new Refused(
          "invalid mount config for type \"%s\": invalid mount path: '%s' mount path must be absolute"
              .formatted(mount.getType(), mount.getTarget()));
    }
    var point =
        MountPoint.newBuilder()
            .setType(mount.getType())
            .setDestination(clean(mount.getTarget()))
            .setReadWrite(!mount.getReadOnly());
    return switch (mount.getType()) {
      case "bind" -> {
        if (mount.getSource().isEmpty()) {
          throw new Refused(
              "invalid mount config for type \"bind\": field Source must not be empty");
        }
        if (!mount.getSource().startsWith("/")) {
          throw new Refused(
              "invalid mount config for type \"bind\": invalid mount path: '%s' mount path must be absolute"
                  .formatted(mount.getSource()));
        }
        if (!mount.getCreateMountpoint() && !Files.exists(Path.of(mount.getSource()))) {
          throw new Refused(
              "invalid mount config for type \"bind\": bind source path does not exist: "
                  + mount.getSource());
        }
        yield Optional.of(
            point
                .setSource(clean(mount.getSource()))
                .setPropagation(
                    mount.getPropagation().isEmpty() ? "rprivate" : mount.getPropagation())
                .build());
      }
      case "volume" -> {
        var volume = VolumeNames.asked(mount);
        volumes.add(volume);
        yield Optional.of(point.setName(volume.getName()).setDriver("local").setMode("z").build());
      }
      case "tmpfs" -> {
        if (!mount.getSource().isEmpty()) {
          throw new Refused(
              "invalid mount config for type \"tmpfs\": field Source must not be specified");
        }
        yield Optional.of(point.build());
      }
      default -> throw new Refused("mount type unknown: \"%s\"".formatted(mount.getType()));
    };
  }

  private static MountPoint anonymous(
      String destination, ContainerSpec spec, List<VolumeSpec> volumes) {
    var volume = VolumeNames.anonymous(spec.getStorage().getVolumeDriver());
    volumes.add(volume);
    return MountPoint.newBuilder()
        .setType("volume")
        .setName(volume.getName())
        .setDriver("local")
        .setDestination(destination)
        .setReadWrite(true)
        .build();
  }

  private static String absolute(String path, String whole) throws Refused {
    if (!path.startsWith("/")) {
      throw new Refused(
          "invalid volume specification: '%s': invalid mount config for type \"volume\": invalid mount path: '%s' mount path must be absolute"
              .formatted(whole, path));
    }
    var clean = clean(path);
    if (clean.equals("/")) {
      throw new Refused(
          "invalid volume specification: '%s': invalid mount config for type \"bind\": invalid specification: destination can't be '/'"
              .formatted(whole));
    }
    return clean;
  }

  private static String clean(String path) {
    return Path.of(path).normalize().toString();
  }

  /** The same mounts with the directories of their volumes. */
  List<MountPoint> located(Function<String, String> directory) {
    return mounts.stream()
        .map(
            mount ->
                mount.getType().equals("volume") && mount.getSource().isEmpty()
                    ? mount.toBuilder().setSource(directory.apply(mount.getName())).build()
                    : mount)
        .toList();
  }
}
