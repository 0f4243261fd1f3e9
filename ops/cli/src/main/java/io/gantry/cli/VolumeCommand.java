package io.gantry.cli;

import io.gantry.protocol.v1.CreateVolumeRequest;
import io.gantry.protocol.v1.ListVolumesRequest;
import io.gantry.protocol.v1.RemoveVolumeRequest;
import io.gantry.protocol.v1.VolumeSpec;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "volume", description = "List, create and remove volumes")
final class VolumeCommand extends CommandGroup {
  VolumeCommand(Session session) {
    super(session, "ls, create or rm");
  }

  @Command(name = "ls", description = "List volumes by name")
  int list(
      @Option(
              names = {"-q", "--quiet"},
              description = "Names only")
          boolean quiet,
      @Option(
              names = "--format",
              paramLabel = "FORMAT",
              defaultValue = "TABLE",
              description = "table, or json: one object a line")
          Format format,
      @Option(names = "--help", usageHelp = true, description = "Print this text") boolean help) {
    var volumes = session.volumes().list(ListVolumesRequest.getDefaultInstance()).getVolumesList();
    if (quiet) {
      volumes.forEach(volume -> out().println(volume.getSpec().getName()));
    } else if (format == Format.JSON) {
      volumes.forEach(volume -> out().println(Text.json(volume)));
    } else {
      var table = new Table("VOLUME NAME", "DRIVER", "MOUNTPOINT", "USED BY");
      for (var volume : volumes) {
        table.row(
            volume.getSpec().getName(),
            volume.getSpec().getDriver().isEmpty() ? "local" : volume.getSpec().getDriver(),
            volume.getMountpoint(),
            String.join(", ", volume.getUsedByList().stream().map(Text::shortId).toList()));
      }
      table.print(out());
    }
    return 0;
  }

  @Command(name = "create", description = "Create a volume and print its name")
  int create(
      @Parameters(
              arity = "0..1",
              paramLabel = "NAME",
              defaultValue = "",
              description = "Made up by default")
          String name,
      @Option(
              names = {"-d", "--driver"},
              paramLabel = "DRIVER",
              defaultValue = "local")
          String driver,
      @Option(
              names = {"-o", "--opt"},
              paramLabel = "KEY=VALUE",
              description = "For the driver")
          Map<String, String> options,
      @Option(
              names = {"-l", "--label"},
              paramLabel = "KEY=VALUE")
          Map<String, String> labels,
      @Option(names = "--help", usageHelp = true, description = "Print this text") boolean help) {
    var volumeSpec =
        VolumeSpec.newBuilder()
            .setName(name)
            .setDriver(driver)
            .putAllDriverOptions(options == null ? Map.of() : options)
            .putAllLabels(labels == null ? Map.of() : labels);
    var volume =
        session.volumes().create(CreateVolumeRequest.newBuilder().setSpec(volumeSpec).build());
    out().println(volume.getSpec().getName());
    return 0;
  }

  @Command(name = "rm", description = "Remove volumes")
  int remove(
      @Parameters(arity = "1..*", paramLabel = "NAME") List<String> names,
      @Option(
              names = {"-f", "--force"},
              description = "One that does not exist is a success")
          boolean force,
      @Option(names = "--help", usageHelp = true, description = "Print this text") boolean help) {
    return forEach(
        names,
        name -> {
          session
              .volumes()
              .remove(RemoveVolumeRequest.newBuilder().setName(name).setForce(force).build());
          out().println(name);
        });
  }
}
