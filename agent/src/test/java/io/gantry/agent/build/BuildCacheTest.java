package io.gantry.agent.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BuildCacheTest {
  private static final String FIRST = "1".repeat(64);
  private static final String SECOND = "2".repeat(64);

  @TempDir private Path directory;

  @Test
  void aRemovedImageIsForgottenForGoodAndTheStepsBeforeItAreNot() throws IOException {
    var cache = BuildCache.open(directory);
    cache.put(FIRST, "", "sha256:a", "LABEL a=b", Instant.EPOCH);
    cache.put(SECOND, FIRST, "sha256:b", "CMD top", Instant.EPOCH);
    cache.removed("sha256:b");
    assertThat(cache.ids()).containsExactly("sha256:a");
    assertThat(BuildCache.open(directory).all())
        .extracting(BuildCache.Entry::key)
        .containsExactly(FIRST);
  }

  @Test
  void thatAStepWasUsedIsWrittenAfterwardsUnlessItIsForgottenByThen() throws IOException {
    var cache = BuildCache.open(directory);
    cache.put(FIRST, "", "sha256:a", "LABEL a=b", Instant.EPOCH);
    cache.put(SECOND, FIRST, "sha256:b", "CMD top", Instant.EPOCH);
    var now = Instant.EPOCH.plusSeconds(7);
    cache.all().forEach(entry -> cache.used(entry, now));
    assertThat(BuildCache.open(directory).all())
        .extracting(BuildCache.Entry::lastUsed)
        .containsOnly(Instant.EPOCH);

    cache.forget(SECOND);
    cache.writeUsed();

    var again = BuildCache.open(directory).all();
    assertThat(again).extracting(BuildCache.Entry::key).containsExactly(FIRST);
    assertThat(again).extracting(BuildCache.Entry::lastUsed).containsExactly(now);
  }
}
