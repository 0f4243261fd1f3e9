package io.gantry.agent.docker.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/**
 * JSON that means nothing: objects, at random depth, of known names with values of every kind.
 *
 * @param names of fields
 * @param leaves what a field may hold beside lists and objects
 */
record JsonTrees(List<String> names, List<JsonNode> leaves) {
  private static final int MOST_ITEMS = 3;
  private static final int MOST_FIELDS = 6;

  Arbitrary<JsonNode> objects(int depth) {
    return Arbitraries.maps(Arbitraries.of(names), trees(Math.max(0, depth - 1)))
        .ofMaxSize(MOST_FIELDS)
        .map(fields -> JsonNodeFactory.instance.objectNode().setAll(fields));
  }

  private Arbitrary<JsonNode> trees(int depth) {
    var single = Arbitraries.of(leaves);
    if (depth == 0) {
      return single;
    }
    Arbitrary<JsonNode> lists =
        trees(depth - 1)
            .list()
            .ofMaxSize(MOST_ITEMS)
            .map(items -> JsonNodeFactory.instance.arrayNode().addAll(items));
    return Arbitraries.oneOf(single, lists, objects(depth - 1));
  }
}
