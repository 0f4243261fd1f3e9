package io.gantry.cli;

import com.google.protobuf.Message;
import io.gantry.protocol.v1.InspectContainerRequest;
import io.gantry.protocol.v1.InspectImageRequest;
import io.gantry.protocol.v1.InspectNetworkRequest;
import io.gantry.protocol.v1.InspectVolumeRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "inspect",
    description = {
      "Print all that is known of objects, as a JSON array of the API's messages.",
      "A name is looked for among containers, then images, volumes and networks."
    })
final class InspectCommand extends AgentCommand {
  @Parameters(paramLabel = "NAME", arity = "1..*", description = "Names or ids")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "Only container, image, volume or network")
  private String type = "";

  InspectCommand(Session session) {
    super(session);
  }

  private record Kind(String name, Function<String, Message> find) {}

  private List<Kind> kinds() {
    var all =
        List.of(
            new Kind(
                "container",
                name ->
                    session
                        .containers()
                        .inspect(InspectContainerRequest.newBuilder().setContainer(name).build())),
            new Kind(
                "image",
                name ->
                    session
                        .images()
                        .inspect(InspectImageRequest.newBuilder().setImage(name).build())),
            new Kind(
                "volume",
                name ->
                    session
                        .volumes()
                        .inspect(InspectVolumeRequest.newBuilder().setName(name).build())),
            new Kind(
                "network",
                name ->
                    session
                        .networks()
                        .inspect(InspectNetworkRequest.newBuilder().setNetwork(name).build())));
    var wanted = all.stream().filter(kind -> type.isEmpty() || kind.name().equals(type)).toList();
    if (wanted.isEmpty()) {
      throw new Failure(
          "not a type: \"%s\" (expected container, image, volume or network)".formatted(type));
    }
    return wanted;
  }

  @Override
  public Integer call() {
    var kinds = kinds();
    var found = new ArrayList<Message>();
    var code = 0;
    for (var name : names) {
      var before = found.size();
      for (var kind : kinds) {
        try {
          found.add(kind.find().apply(name));
          break;
        } catch (StatusRuntimeException refused) {
          if (refused.getStatus().getCode() != Status.Code.NOT_FOUND) {
            throw refused;
          }
        }
      }
      if (found.size() == before) {
        err().println("gantry: no such object: " + name);
        code = 1;
      }
    }
    out()
        .println(
            found.stream().map(Text::prettyJson).collect(Collectors.joining(",\n", "[\n", "\n]")));
    return code;
  }
}
