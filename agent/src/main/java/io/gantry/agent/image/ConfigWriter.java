package io.gantry.agent.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Timestamp;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.Image;
import io.gantry.protocol.v1.ImageConfig;
import io.gantry.protocol.v1.ImageHistory;
import io.gantry.protocol.v1.StringList;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.TreeMap;

/**
 * Writes the configuration of an image made here. The same image gives the same bytes, and so the
 * same id.
 */
public final class ConfigWriter {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private ConfigWriter() {}

  /** Takes from {@code image} what a configuration holds: not the id, the names or sizes. */
  public static byte[] write(Image image) {
    var root = NODES.objectNode();
    root.put("architecture", image.getArchitecture());
    put(root, "author", image.getAuthor());
    put(root, "comment", image.getComment());
    root.set("config", config(image.getConfig()));
    if (image.hasCreated()) {
      root.put("created", time(image.getCreated()));
    }
    put(root, "docker_version", image.getDockerVersion());
    var history = root.putArray("history");
    image.getHistoryList().forEach(row -> history.add(history(row)));
    root.put("os", image.getOs());
    var rootfs = root.putObject("rootfs");
    rootfs.put("type", "layers");
    var diffIds = rootfs.putArray("diff_ids");
    image.getDiffIdsList().forEach(diffIds::add);
    put(root, "variant", image.getVariant());
    try {
      return ConfigReader.JSON.writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of nodes can be written", e);
    }
  }

  private static ObjectNode history(ImageHistory row) {
    var json = NODES.objectNode();
    if (row.hasCreated()) {
      json.put("created", time(row.getCreated()));
    }
    put(json, "created_by", row.getCreatedBy());
    put(json, "author", row.getAuthor());
    put(json, "comment", row.getComment());
    if (row.getEmptyLayer()) {
      json.put("empty_layer", true);
    }
    return json;
  }

  private static ObjectNode config(ImageConfig config) {
    var json = NODES.objectNode();
    put(json, "User", config.getUser());
    putSet(json, "ExposedPorts", config.getExposedPortsList());
    putList(json, "Env", config.getEnvList());
    if (config.hasEntrypoint()) {
      putAll(json, "Entrypoint", config.getEntrypoint());
    }
    if (config.hasCmd()) {
      putAll(json, "Cmd", config.getCmd());
    }
    if (config.hasHealthcheck()) {
      var check = config.getHealthcheck();
      var node = json.putObject("Healthcheck");
      putAll(node, "Test", check.getTest());
      putNumber(node, "Interval", check.getIntervalNanos());
      putNumber(node, "Timeout", check.getTimeoutNanos());
      putNumber(node, "StartPeriod", check.getStartPeriodNanos());
      putNumber(node, "StartInterval", check.getStartIntervalNanos());
      putNumber(node, "Retries", check.getRetries());
    }
    if (config.getArgsEscaped()) {
      json.put("ArgsEscaped", true);
    }
    putSet(json, "Volumes", config.getVolumesList());
    put(json, "WorkingDir", config.getWorkingDir());
    putList(json, "OnBuild", config.getOnBuildList());
    if (config.getLabelsCount() > 0) {
      var labels = json.putObject("Labels");
      new TreeMap<>(config.getLabelsMap()).forEach(labels::put);
    }
    put(json, "StopSignal", config.getStopSignal());
    if (config.hasShell()) {
      putAll(json, "Shell", config.getShell());
    }
    return json;
  }

  private static void put(ObjectNode json, String key, String value) {
    if (!value.isEmpty()) {
      json.put(key, value);
    }
  }

  private static void putNumber(ObjectNode json, String key, long value) {
    if (value != 0) {
      json.put(key, value);
    }
  }

  private static void putAll(ObjectNode json, String key, StringList values) {
    var array = json.putArray(key);
    values.getValuesList().forEach(array::add);
  }

  private static void putList(ObjectNode json, String key, List<String> values) {
    if (!values.isEmpty()) {
      values.forEach(json.putArray(key)::add);
    }
  }

  private static void putSet(ObjectNode json, String key, List<String> keys) {
    if (!keys.isEmpty()) {
      var object = json.putObject(key);
      keys.stream().sorted().forEach(object::putObject);
    }
  }

  private static String time(Timestamp time) {
    return DateTimeFormatter.ISO_INSTANT.format(Moments.instant(time));
  }
}
