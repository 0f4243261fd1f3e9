package io.gantry.agent.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.Images.Removal;
import io.gantry.agent.Images.Removal.Kind;
import io.gantry.agent.image.ImageRemoval.Decision.Accepted;
import io.gantry.agent.image.ImageRemoval.Decision.Refused;
import io.gantry.persistence.event.ImageEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What `docker rmi` does and says, by what there is. */
class ImageRemovalTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  private static final Digest BASE = new Digest("aa".repeat(32));
  private static final Digest TOP = new Digest("bb".repeat(32));
  private static final String IMAGE = "sha256:" + "11".repeat(32);
  private static final String OTHER = "sha256:" + "22".repeat(32);
  private static final String CONTAINER = "cc".repeat(32);
  private static final String DIGEST = "@sha256:" + "dd".repeat(32);

  private NameTable table =
      NameTable.EMPTY
          .apply(new ImageEvent.Added(IMAGE, "load", "", NOON))
          .apply(new ImageEvent.Added(OTHER, "load", "", NOON));
  private final List<ImageUse> uses = new ArrayList<>();

  private void name(String... names) {
    for (var name : names) {
      table = table.apply(new ImageEvent.Tagged("docker.io/library/" + name, IMAGE, NOON));
    }
  }

  private void use(boolean running) {
    uses.add(new ImageUse(CONTAINER, IMAGE, running, List.of()));
  }

  private ImageRemoval.Decision remove(String reference, boolean force) throws Exception {
    var layers = Map.of(IMAGE, List.of(BASE, TOP), OTHER, List.of(BASE));
    return ImageRemoval.decide(
        new ImageRemoval.Question(table, uses, layers::get, IMAGE, reference, force, true, NOON));
  }

  private static Removal untagged(String name) {
    return new Removal(Kind.UNTAGGED, name);
  }

  private static Removal deleted(Object id) {
    return new Removal(Kind.DELETED, id.toString());
  }

  private static Removal[] whole() {
    return new Removal[] {deleted(IMAGE), deleted(Digest.chain(List.of(BASE, TOP)))};
  }

  @Test
  void aNameOfSeveralIsTakenAway() throws Exception {
    name("a:1", "b:1");

    assertThat(remove("a:1", false))
        .isEqualTo(
            new Accepted(
                List.of(new ImageEvent.Untagged("docker.io/library/a:1", IMAGE, NOON)),
                List.of(untagged("a:1"))));
  }

  @Test
  void theLastNameTakesTheImageAndItsOwnLayersWithIt() throws Exception {
    name("a:1");

    assertThat(remove("a:1", false))
        .isEqualTo(
            new Accepted(
                List.of(
                    new ImageEvent.Untagged("docker.io/library/a:1", IMAGE, NOON),
                    new ImageEvent.Deleted(IMAGE, NOON)),
                List.of(untagged("a:1"), whole()[0], whole()[1])));
  }

  @Test
  void digestsOfARepositoryGoWithItsLastTag() throws Exception {
    name("a:1", "a" + DIGEST);

    assertThat(((Accepted) remove("a:1", false)).removals())
        .containsExactly(untagged("a:1"), untagged("a" + DIGEST), whole()[0], whole()[1]);
  }

  @Test
  void anIdTakesTheOnlyNameToo() throws Exception {
    name("a:1");

    assertThat(((Accepted) remove("1111", false)).removals())
        .containsExactly(untagged("a:1"), whole()[0], whole()[1]);
  }

  @Test
  void anIdOfAnImageWithNamesInSeveralRepositoriesNeedsForce() throws Exception {
    name("a:1", "b:1");

    assertThat(remove("1111", false))
        .isEqualTo(
            new Refused(
                "conflict: unable to delete 111111111111 (must be forced) - image is referenced in"
                    + " multiple repositories"));
    assertThat(((Accepted) remove("1111", true)).removals())
        .containsExactly(untagged("a:1"), untagged("b:1"), whole()[0], whole()[1]);
  }

  @Test
  void theLastNameOfAnImageInUseNeedsForce() throws Exception {
    name("a:1");
    use(false);

    assertThat(remove("a:1", false))
        .isEqualTo(
            new Refused(
                "conflict: unable to remove repository reference \"a:1\" (must force) - container"
                    + " cccccccccccc is using its referenced image 111111111111"));
    assertThat(((Accepted) remove("a:1", true)).removals())
        .containsExactly(untagged("a:1"), whole()[0], whole()[1]);
  }

  @Test
  void anImageOfAStoppedContainerNeedsForce() throws Exception {
    use(false);

    assertThat(remove("1111", false))
        .isEqualTo(
            new Refused(
                "conflict: unable to delete 111111111111 (must be forced) - image is being used by"
                    + " stopped container cccccccccccc"));
  }

  @Test
  void anImageOfARunningContainerStaysWhateverIsForced() throws Exception {
    name("a:1");
    use(true);

    assertThat(remove("1111", true))
        .isEqualTo(
            new Refused(
                "conflict: unable to delete 111111111111 (cannot be forced) - image is being used"
                    + " by running container cccccccccccc"));
    assertThat(((Accepted) remove("a:1", true)).removals()).containsExactly(untagged("a:1"));
  }

  @Test
  void layersOfAContainerAreNotToldAsDeleted() throws Exception {
    uses.add(new ImageUse(CONTAINER, IMAGE, false, List.of(BASE.toString(), TOP.toString())));

    assertThat(((Accepted) remove("1111", true)).removals()).containsExactly(deleted(IMAGE));
  }
}
