package io.gantry.agent.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.Images.HistoryRow;
import io.gantry.protocol.v1.Image;
import io.gantry.protocol.v1.ImageHistory;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private static Image image(String id, String parent, int steps) {
    var image = Image.newBuilder().setId(id).setParentId(parent);
    for (var step = 1; step <= steps; step++) {
      image.addHistory(ImageHistory.newBuilder().setCreatedBy("step " + step).setEmptyLayer(true));
    }
    return image.build();
  }

  @Test
  void aRowHasTheIdOfTheImageWhoseNewestStepItIs() {
    var images = Map.of("base", image("base", "", 2));

    var rows =
        History.of(image("made", "base", 5), id -> Optional.ofNullable(images.get(id)), _ -> 0);

    assertThat(rows)
        .extracting(HistoryRow::createdBy)
        .containsExactly("step 5", "step 4", "step 3", "step 2", "step 1");
    assertThat(rows)
        .extracting(HistoryRow::id)
        .containsExactly("made", "<missing>", "<missing>", "base", "<missing>");
  }

  @Test
  void aParentThatIsNoBeginningOfTheImageTellsNothing() {
    var images = Map.of("longer", image("longer", "", 9));

    var rows =
        History.of(image("made", "longer", 2), id -> Optional.ofNullable(images.get(id)), _ -> 0);

    assertThat(rows).extracting(HistoryRow::id).containsExactly("made", "<missing>");
  }
}
