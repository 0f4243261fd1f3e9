package io.gantry.agent.docker;

import io.gantry.agent.docker.json.ContainerSummary;
import io.gantry.agent.docker.json.JsonWriter;
import io.gantry.agent.docker.json.StatusText;
import io.gantry.protocol.v1.Container;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The rows of container lists as they were last written: a list writes only those again that read
 * differently now. At most one row a container is kept, and none for long once it has gone.
 */
final class SummaryRows {
  private final Map<String, Row> rows = new ConcurrentHashMap<>();

  /**
   * @param container what it was written from; views are never changed, so the same one reads the
   *     same
   * @param status in words, which changes by itself
   */
  private record Row(Container container, String image, String status, byte[] json) {
    boolean is(Container now, String itsImage, String itsStatus) {
      return container == now && image.equals(itsImage) && status.equals(itsStatus);
    }
  }

  byte[] of(Container container, String image, Instant now) {
    var status = StatusText.of(container, now);
    var last = rows.get(container.getId());
    if (last != null && last.is(container, image, status)) {
      return last.json();
    }
    var json =
        JsonWriter.bytes(
            row -> ContainerSummary.write(row, container, image, now, Optional.empty()));
    rows.put(container.getId(), new Row(container, image, status, json));
    return json;
  }

  /** {@code all}: every container there is. */
  void forgetOthers(Collection<Container> all) {
    if (rows.size() > all.size()) {
      rows.keySet().retainAll(all.stream().map(Container::getId).collect(Collectors.toSet()));
    }
  }
}
