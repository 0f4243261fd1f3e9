package io.gantry.agent.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Archives of before 2016 (docker image-spec v1): {@code repositories} says which directory a name
 * means, and each directory has one layer, its {@code json}, and there the name of its parent. The
 * configuration that images have today is made of these, as Docker makes it: the newest {@code
 * json} without what only that format knows, with the layers' digests and a row of history each.
 */
final class LegacyArchive {
  private static final int LONGEST_CHAIN = 128;
  private static final int MOST_NAMES = 1000;
  private static final List<String> ONLY_HERE =
      List.of("id", "parent", "parent_id", "layer_id", "Size", "throwaway");

  private final ArchiveFiles files;

  LegacyArchive(ArchiveFiles files) {
    this.files = files;
  }

  List<ArchivedImage> read() throws IOException {
    var names = new LinkedHashMap<String, List<Reference>>();
    var count = 0;
    for (var repository : object("repositories").properties()) {
      for (var tag : repository.getValue().properties()) {
        if (++count > MOST_NAMES) {
          throw new BadImage("archive has more than %d names".formatted(MOST_NAMES));
        }
        var name = ArchiveIndex.tagged(repository.getKey() + ":" + tag.getKey());
        names.computeIfAbsent(tag.getValue().asText(), _ -> new ArrayList<>()).add(name);
      }
    }
    var images = new ArrayList<ArchivedImage>();
    for (Map.Entry<String, List<Reference>> top : names.entrySet()) {
      images.add(image(top.getKey(), List.copyOf(top.getValue())));
    }
    return images;
  }

  private ArchivedImage image(String top, List<Reference> names) throws IOException {
    var layers = new ArrayList<String>();
    var diffIds = JsonNodeFactory.instance.arrayNode();
    var history = JsonNodeFactory.instance.arrayNode();
    ObjectNode newest = JsonNodeFactory.instance.objectNode();
    for (var id : chain(top)) {
      newest = object(id + "/json");
      var layer = id + "/layer.tar";
      layers.add(layer);
      diffIds.add(files.diffId(layer).toString());
      history.add(row(newest));
    }
    var config = newest.deepCopy();
    config.remove(ONLY_HERE);
    var root = JsonNodeFactory.instance.objectNode();
    root.put("type", "layers");
    root.set("diff_ids", diffIds);
    config.set("rootfs", root);
    config.set("history", history);
    return new ArchivedImage(
        config.toString().getBytes(StandardCharsets.UTF_8), List.copyOf(layers), names);
  }

  /** The lowest first. */
  private Deque<String> chain(String top) throws IOException {
    var chain = new ArrayDeque<String>();
    var seen = new HashSet<String>();
    for (var id = top; !id.isEmpty(); id = object(id + "/json").path("parent").asText("")) {
      if (!id.matches("[0-9a-f]{64}")) {
        throw new BadImage("invalid archive: image ID %s is invalid".formatted(shown(id)));
      }
      if (!seen.add(id) || seen.size() > LONGEST_CHAIN) {
        throw new BadImage("invalid archive: the parents of %s do not end".formatted(top));
      }
      chain.addFirst(id);
    }
    return chain;
  }

  private static String shown(String id) {
    return "\"" + id.substring(0, Math.min(80, id.length())).replaceAll("\\p{Cntrl}", "?") + "\"";
  }

  private static ObjectNode row(JsonNode json) {
    var row = JsonNodeFactory.instance.objectNode();
    row.set("created", json.path("created"));
    if (json.path("author").isTextual()) {
      row.set("author", json.path("author"));
    }
    var words = new ArrayList<String>();
    json.path("container_config").path("Cmd").forEach(word -> words.add(word.asText()));
    row.put("created_by", String.join(" ", words));
    if (!json.path("comment").asText("").isEmpty()) {
      row.set("comment", json.path("comment"));
    }
    return row;
  }

  private ObjectNode object(String name) throws IOException {
    if (ConfigReader.json(files.bytes(name), name) instanceof ObjectNode object) {
      return object;
    }
    throw new BadImage(name + " is no object");
  }
}
