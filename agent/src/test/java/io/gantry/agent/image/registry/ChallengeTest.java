package io.gantry.agent.image.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class ChallengeTest {
  @Test
  void aTokenServiceIsNamedWithServiceAndScope() {
    assertThat(
            Challenge.parse(
                List.of(
                    "Bearer realm=\"https://auth.example/token\",service=\"r.example\","
                        + "scope=\"repository:a/b:pull,push\"")))
        .containsExactly(
            new Challenge(
                "bearer",
                Map.of(
                    "realm",
                    "https://auth.example/token",
                    "service",
                    "r.example",
                    "scope",
                    "repository:a/b:pull,push")));
  }

  @Test
  void severalChallengesMayStandInOneHeader() {
    assertThat(Challenge.parse(List.of("Basic realm=\"a, \\\"b\\\"\", Bearer realm=x,service=y")))
        .containsExactly(
            new Challenge("basic", Map.of("realm", "a, \"b\"")),
            new Challenge("bearer", Map.of("realm", "x", "service", "y")));
  }

  @Property
  void anyHeaderIsReadToItsEnd(@ForAll @StringLength(max = 200) String header) {
    assertThat(Challenge.parse(List.of(header))).hasSizeLessThanOrEqualTo(32);
  }

  @Property
  void whatLooksLikeAHeaderIsReadToItsEnd(
      @ForAll List<@net.jqwik.api.constraints.CharRange(from = '"', to = '=') Character> text) {
    var header = new StringBuilder("Bearer ");
    text.forEach(header::append);
    assertThat(Challenge.parse(List.of(header.toString()))).isNotNull();
  }
}
