package io.gantry.agent.image;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ReferenceProperties {
  @Property
  void aFamiliarNameMeansTheSameAgain(@ForAll("names") String text) throws Exception {
    var reference = Reference.parse(text).withDefaultTag();

    assertThat(Reference.parse(reference.familiar())).isEqualTo(reference);
    assertThat(Reference.parse(reference.toString())).isEqualTo(reference);
    assertThat(Reference.ofCanonical(reference.toString())).isEqualTo(reference);
  }

  @Property
  void anyTextIsANameOrRefused(@ForAll("texts") String text) {
    try {
      var reference = Reference.parse(text);
      assertThat(reference.path()).matches("[a-z0-9._/-]+");
      assertThat(reference.domain()).doesNotContain("/").isNotEmpty();
    } catch (Reference.Invalid expected) {
      assertThat(expected.getMessage()).isNotBlank();
    }
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.oneOf(
        Arbitraries.strings().ofMaxLength(300),
        Arbitraries.strings().withChars("aA0./:@-_[]sha256").ofMaxLength(100));
  }

  @Provide
  Arbitrary<String> names() {
    var component =
        Arbitraries.of("a", "library", "a-b", "x__y", "0", "app.web", "localhost", "sha256");
    var domain = Arbitraries.of("", "docker.io/", "localhost/", "h.example:80/", "Host/", "[::1]/");
    var tag = Arbitraries.of("", ":1", ":latest", ":A_b.c-d", "@sha256:" + "ab".repeat(32));
    return Combinators.combine(
            domain,
            component.list().ofMinSize(1).ofMaxSize(4).map(all -> String.join("/", all)),
            tag)
        .as((d, p, t) -> d + p + t);
  }
}
