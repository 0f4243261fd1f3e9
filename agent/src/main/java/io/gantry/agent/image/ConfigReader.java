package io.gantry.agent.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.Timestamp;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.HealthcheckSpec;
import io.gantry.protocol.v1.Image;
import io.gantry.protocol.v1.ImageConfig;
import io.gantry.protocol.v1.ImageHistory;
import io.gantry.protocol.v1.StringList;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads an image configuration (OCI image-spec v1, config.md, with Docker's additions). Bounded;
 * strict about types.
 */
final class ConfigReader {
  static final int MOST_BYTES = 8 << 20;
  static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  static {
    JSON.getFactory()
        .setStreamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(100)
                .maxStringLength(MOST_BYTES)
                .build());
  }

  private ConfigReader() {}

  static JsonNode json(byte[] bytes, String what) throws BadImage {
    if (bytes.length > MOST_BYTES) {
      throw new BadImage("%s is larger than %d bytes".formatted(what, MOST_BYTES));
    }
    try {
      var node = JSON.readTree(bytes);
      if (node == null || node.isMissingNode()) {
        throw new BadImage("%s is empty".formatted(what));
      }
      return node;
    } catch (JsonProcessingException e) {
      throw new BadImage("%s is no JSON: %s".formatted(what, e.getOriginalMessage()));
    } catch (IOException e) {
      throw new BadImage("%s is no JSON: %s".formatted(what, e.getMessage()));
    }
  }

  /** Everything an image's configuration says. The names are not in it; the id is its digest. */
  static Image read(byte[] bytes) throws BadImage {
    var root = json(bytes, "image configuration");
    if (!root.isObject()) {
      throw new BadImage("image configuration is no JSON object");
    }
    var rootfs = root.path("rootfs");
    if (!rootfs.path("type").asText("layers").equals("layers")) {
      throw new BadImage("image configuration has an unknown rootfs type");
    }
    var image =
        Image.newBuilder()
            .setId(Digest.of(bytes).toString())
            .setArchitecture(text(root, "architecture"))
            .setOs(text(root, "os"))
            .setVariant(text(root, "variant"))
            .setAuthor(text(root, "author"))
            .setComment(text(root, "comment"))
            .setDockerVersion(text(root, "docker_version"))
            .setConfig(config(root.path("config")));
    time(root, "created").ifPresent(image::setCreated);
    for (var diffId : strings(rootfs, "diff_ids")) {
      if (!Digest.isDigest(diffId)) {
        throw new BadImage("image configuration has an invalid layer digest: " + diffId);
      }
      image.addDiffIds(diffId);
    }
    for (var row : array(root, "history")) {
      image.addHistory(history(row));
    }
    return image.build();
  }

  private static ImageHistory history(JsonNode row) throws BadImage {
    var history =
        ImageHistory.newBuilder()
            .setCreatedBy(text(row, "created_by"))
            .setAuthor(text(row, "author"))
            .setComment(text(row, "comment"))
            .setEmptyLayer(row.path("empty_layer").asBoolean(false));
    time(row, "created").ifPresent(history::setCreated);
    return history.build();
  }

  private static ImageConfig config(JsonNode json) throws BadImage {
    var config =
        ImageConfig.newBuilder()
            .setUser(text(json, "User"))
            .addAllExposedPorts(keys(json, "ExposedPorts"))
            .addAllEnv(strings(json, "Env"))
            .addAllVolumes(keys(json, "Volumes"))
            .setWorkingDir(text(json, "WorkingDir"))
            .setStopSignal(text(json, "StopSignal"))
            .addAllOnBuild(strings(json, "OnBuild"))
            .setArgsEscaped(json.path("ArgsEscaped").asBoolean(false));
    list(json, "Entrypoint", config::setEntrypoint);
    list(json, "Cmd", config::setCmd);
    list(json, "Shell", config::setShell);
    for (var label : keys(json, "Labels")) {
      config.putLabels(label, text(json.path("Labels"), label));
    }
    if (json.path("Healthcheck").isObject()) {
      config.setHealthcheck(healthcheck(json.path("Healthcheck")));
    }
    return config.build();
  }

  private static HealthcheckSpec healthcheck(JsonNode json) throws BadImage {
    var check =
        HealthcheckSpec.newBuilder()
            .setIntervalNanos(json.path("Interval").asLong(0))
            .setTimeoutNanos(json.path("Timeout").asLong(0))
            .setStartPeriodNanos(json.path("StartPeriod").asLong(0))
            .setStartIntervalNanos(json.path("StartInterval").asLong(0))
            .setRetries(json.path("Retries").asInt(0));
    list(json, "Test", check::setTest);
    return check.build();
  }

  private static String text(JsonNode json, String key) throws BadImage {
    var value = json.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return "";
    }
    if (!value.isTextual()) {
      throw new BadImage("image configuration: %s is no string".formatted(key));
    }
    return value.textValue();
  }

  /** Given and empty is not the same as not given. */
  private static void list(JsonNode json, String key, Consumer<StringList> set) throws BadImage {
    if (json.path(key).isArray()) {
      set.accept(StringList.newBuilder().addAllValues(strings(json, key)).build());
    } else if (!json.path(key).isMissingNode() && !json.path(key).isNull()) {
      throw new BadImage("image configuration: %s is no array".formatted(key));
    }
  }

  private static List<String> strings(JsonNode json, String key) throws BadImage {
    var strings = new ArrayList<String>();
    for (var element : array(json, key)) {
      if (!element.isTextual()) {
        throw new BadImage("image configuration: %s holds no strings".formatted(key));
      }
      strings.add(element.textValue());
    }
    return strings;
  }

  private static JsonNode array(JsonNode json, String key) throws BadImage {
    var value = json.path(key);
    if (!value.isArray() && !value.isNull() && !value.isMissingNode()) {
      throw new BadImage("image configuration: %s is no array".formatted(key));
    }
    return value;
  }

  private static List<String> keys(JsonNode json, String key) throws BadImage {
    var value = json.path(key);
    if (!value.isObject() && !value.isNull() && !value.isMissingNode()) {
      throw new BadImage("image configuration: %s is no object".formatted(key));
    }
    var keys = new ArrayList<String>();
    value.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  private static Optional<Timestamp> time(JsonNode json, String key) throws BadImage {
    var text = text(json, key);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      var instant = OffsetDateTime.parse(text).toInstant();
      return Optional.of(Moments.timestamp(instant));
    } catch (DateTimeException e) {
      throw new BadImage("image configuration: %s is no time: %s".formatted(key, text));
    }
  }
}
