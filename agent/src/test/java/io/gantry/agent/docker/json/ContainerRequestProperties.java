package io.gantry.agent.docker.json;

import static org.assertj.core.api.Assertions.assertThat;

import akka.util.ByteString;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.gantry.agent.docker.Refusal;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Whatever JSON a create holds, in the places that are read: a specification or a precise refusal.
 */
class ContainerRequestProperties {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final List<String> NAMES =
      List.of(
          "Image",
          "Cmd",
          "Entrypoint",
          "Env",
          "Labels",
          "ExposedPorts",
          "Volumes",
          "Healthcheck",
          "Test",
          "Interval",
          "Retries",
          "HostConfig",
          "PortBindings",
          "80/tcp",
          "HostPort",
          "HostIp",
          "Binds",
          "Mounts",
          "Type",
          "Target",
          "BindOptions",
          "VolumeOptions",
          "DriverConfig",
          "TmpfsOptions",
          "Mode",
          "Options",
          "Memory",
          "BlkioWeight",
          "PidsLimit",
          "Ulimits",
          "Name",
          "Soft",
          "Devices",
          "DeviceRequests",
          "Capabilities",
          "ConsoleSize",
          "RestartPolicy",
          "MaximumRetryCount",
          "LogConfig",
          "Config",
          "Tmpfs",
          "CapAdd",
          "Init",
          "NetworkingConfig",
          "EndpointsConfig",
          "n1",
          "IPAMConfig",
          "Aliases",
          "StopTimeout");

  private static final JsonTrees TREES =
      new JsonTrees(
          NAMES,
          List.of(
              NODES.nullNode(),
              NODES.booleanNode(true),
              NODES.textNode("text"),
              NODES.textNode(""),
              NODES.numberNode(-1),
              NODES.numberNode(70_000),
              NODES.numberNode(1L << 40),
              NODES.numberNode(1.5)));

  @Provide
  Arbitrary<JsonNode> bodies() {
    return TREES.objects(5);
  }

  @Property(tries = 1000)
  void aSpecificationOrARefusal(@ForAll("bodies") JsonNode body) {
    try {
      var spec =
          ContainerRequest.read(JsonObject.parse(ByteString.fromString(body.toString())), "");
      var shown = JsonWriter.bytes(json -> json.object(() -> HostConfigJson.write(json, spec)));
      assertThat(JsonObject.parse(ByteString.fromArray(shown)).has("NetworkMode")).isTrue();
    } catch (Refusal refusal) {
      assertThat(refusal.getMessage()).startsWith("invalid JSON: ");
    }
  }
}
