package io.gantry.cluster.authority;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class JoinTokenProperties {
  private static final String FINGERPRINT = "0123456789abcdef".repeat(4);

  @Property
  void whatIsWrittenIsRead(@ForAll long seed) {
    var token = new JoinToken(FINGERPRINT, JoinToken.newSecret(new Random(seed)));
    assertThat(JoinToken.parse(token.text() + "\n")).contains(token);
    assertThat(token.toString()).doesNotContain(token.secret());
  }

  @Property
  void anyOtherTextIsNoToken(@ForAll String text) {
    assertThat(JoinToken.parse(text)).isEmpty();
    assertThat(JoinToken.parse("GANTRY-1-" + text)).isEmpty();
  }

  @Property
  void onlyTheSecretItselfIsTheSame(@ForAll long seed, @ForAll String other) {
    var secret = JoinToken.newSecret(new Random(seed));
    assertThat(JoinToken.same(secret, secret)).isTrue();
    assertThat(JoinToken.same(secret, other)).isFalse();
  }

  @Example
  void noSecretLetsNobodyIn() {
    assertThat(JoinToken.same("", "")).isFalse();
  }
}
