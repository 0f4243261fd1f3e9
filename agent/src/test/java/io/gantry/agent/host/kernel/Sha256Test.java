package io.gantry.agent.host.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class Sha256Test {
  @Property(tries = 300)
  void hashesAsTheJdkDoesHoweverTheBytesAreCut(
      @ForAll @IntRange(max = 200_000) int length, @ForAll long seed) {
    var random = new Random(seed);
    var bytes = new byte[length];
    random.nextBytes(bytes);
    var ours = Sha256.create();
    var at = 0;
    while (at < length) {
      var some = Math.min(length - at, 1 + random.nextInt(90_000));
      ours.update(bytes, at, some);
      at += some;
    }
    assertThat(ours.digest()).isEqualTo(Sha256.ofTheJdk().digest(bytes));
  }

  @Property(tries = 20)
  void beginsAnewAfterADigestAndAfterAReset(@ForAll byte[] first, @ForAll byte[] second) {
    MessageDigest ours = Sha256.create();
    ours.update(first);
    ours.digest();
    ours.update(first);
    ours.reset();
    for (var one : second) {
      ours.update(one);
    }
    assertThat(ours.digest()).isEqualTo(Sha256.ofTheJdk().digest(second));
  }
}
