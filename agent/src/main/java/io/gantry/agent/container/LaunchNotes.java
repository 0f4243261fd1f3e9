package io.gantry.agent.container;

import com.google.protobuf.InvalidProtocolBufferException;
import io.gantry.agent.ContainerId;
import io.gantry.agent.container.lifecycle.Report;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a launch found out, on disk before the process starts: an agent that dies before it could
 * record the start finds it there, and adopts the run instead of running it a second time.
 */
final class LaunchNotes {
  private final Directories directories;

  LaunchNotes(Directories directories) {
    this.directories = directories;
  }

  void write(ContainerId id, Report.Launched launched) throws IOException {
    var file = directories.launchNote(id);
    var fresh = file.resolveSibling("launch.pb.new");
    var note =
        Container.newBuilder()
            .setId(id.value())
            .setCreatedAt(Moments.timestamp(launched.at()))
            .setStatus(
                ContainerStatus.newBuilder()
                    .setIncarnation(launched.incarnation())
                    .setPid(launched.pid())
                    .putAllEndpoints(launched.endpoints())
                    .putAllPorts(launched.ports())
                    .addAllWarnings(launched.warnings())
                    // The note is the engine's own: the monitor's pid has no other place in a
                    // container.
                    .setSandboxKey(Long.toString(launched.monitorPid())))
            .build();
    Files.createDirectories(file.getParent());
    Files.write(fresh, note.toByteArray());
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }

  Optional<Report.Launched> read(ContainerId id, long incarnation) throws IOException {
    try {
      var note = Container.parseFrom(Files.readAllBytes(directories.launchNote(id)));
      var status = note.getStatus();
      if (status.getIncarnation() != incarnation) {
        return Optional.empty();
      }
      Instant at = Moments.instant(note.getCreatedAt());
      return Optional.of(
          new Report.Launched(
              incarnation,
              status.getPid(),
              Long.parseLong(status.getSandboxKey()),
              status.getEndpointsMap(),
              status.getPortsMap(),
              List.of(),
              status.getWarningsList(),
              at));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (InvalidProtocolBufferException | NumberFormatException e) {
      throw new IOException("unreadable " + directories.launchNote(id), e);
    }
  }
}
