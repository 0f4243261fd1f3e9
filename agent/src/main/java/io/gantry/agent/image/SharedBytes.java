package io.gantry.agent.image;

import io.gantry.protocol.v1.Image;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** How much of each image lies in layers that other images have too. */
final class SharedBytes {
  private SharedBytes() {}

  /** A layer is shared with those that have the same layers below it, as Docker counts. */
  static Map<String, Long> of(Collection<Image> images, ToLongFunction<Digest> layerBytes) {
    var users = new HashMap<List<String>, Integer>();
    for (var image : images) {
      stacks(image).forEach(stack -> users.merge(stack, 1, Integer::sum));
    }
    var shared = new HashMap<String, Long>();
    for (var image : images) {
      long bytes = 0;
      for (var stack : stacks(image)) {
        if (users.getOrDefault(stack, 0) > 1) {
          bytes += layerBytes.applyAsLong(Digest.parse(stack.getLast()));
        }
      }
      shared.put(image.getId(), bytes);
    }
    return shared;
  }

  private static List<List<String>> stacks(Image image) {
    var diffIds = image.getDiffIdsList();
    return java.util.stream.IntStream.rangeClosed(1, diffIds.size())
        .<List<String>>mapToObj(count -> List.copyOf(diffIds.subList(0, count)))
        .toList();
  }
}
