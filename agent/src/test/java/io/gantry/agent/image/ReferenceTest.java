package io.gantry.agent.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReferenceTest {
  private static final String HEX = "0123456789abcdef".repeat(4);

  @ParameterizedTest
  @CsvSource({
    "busybox, docker.io/library/busybox:latest, busybox:latest",
    "busybox:1.36, docker.io/library/busybox:1.36, busybox:1.36",
    "library/busybox, docker.io/library/busybox:latest, busybox:latest",
    "docker.io/busybox, docker.io/library/busybox:latest, busybox:latest",
    "index.docker.io/library/busybox, docker.io/library/busybox:latest, busybox:latest",
    "user/app:v1, docker.io/user/app:v1, user/app:v1",
    "localhost/app, localhost/app:latest, localhost/app:latest",
    "localhost:5000/app, localhost:5000/app:latest, localhost:5000/app:latest",
    "registry.example.org/a/b/c:t, registry.example.org/a/b/c:t, registry.example.org/a/b/c:t",
    "[::1]:5000/app, [::1]:5000/app:latest, [::1]:5000/app:latest",
    "UPPER/app, UPPER/app:latest, UPPER/app:latest",
    "a__b/c-d--e.f, docker.io/a__b/c-d--e.f:latest, a__b/c-d--e.f:latest",
    "library/a/b, docker.io/library/a/b:latest, library/a/b:latest",
  })
  void namesAreCompletedAndShortenedAsDockerDoes(String text, String full, String familiar)
      throws Exception {
    var reference = Reference.parse(text).withDefaultTag();

    assertThat(reference).hasToString(full);
    assertThat(reference.familiar()).isEqualTo(familiar);
  }

  @ParameterizedTest
  @CsvSource({
    "'', invalid reference format",
    "Busybox, invalid reference format: repository name (library/Busybox) must be lowercase",
    "a/B, invalid reference format: repository name (a/B) must be lowercase",
    "-a, invalid reference format",
    "a:, invalid reference format",
    "a:.t, invalid reference format",
    "a//b, invalid reference format",
    "a/b/, invalid reference format",
    "a@sha256:12, invalid reference format",
    "a@md5:00000000000000000000000000000000, unsupported digest algorithm",
    "a@sha256:00000000000000000000000000000000, invalid checksum digest length",
    "a..b, invalid reference format",
    "' a', invalid reference format",
  })
  void whatIsNoNameIsRefusedInDockersWords(String text, String message) {
    assertThatThrownBy(() -> Reference.parse(text))
        .isInstanceOf(Reference.Invalid.class)
        .hasMessage(message);
  }

  @Test
  void sixtyFourHexDigitsAreNoName() {
    assertThatThrownBy(() -> Reference.parse(HEX))
        .hasMessage(
            "invalid repository name (%s), cannot specify 64-byte hexadecimal strings"
                .formatted(HEX));
  }

  @Test
  void aTagBesideADigestDoesNotCountForLookingUp() throws Exception {
    var reference = Reference.parse("busybox:1@sha256:" + HEX);

    assertThat(reference.familiar()).isEqualTo("busybox:1@sha256:" + HEX);
    assertThat(reference.forLookup()).hasToString("docker.io/library/busybox@sha256:" + HEX);
  }

  @Test
  void aRepositoryOf256CharactersIsTooLong() {
    assertThatThrownBy(() -> Reference.parse("a".repeat(128) + "/" + "b".repeat(127)))
        .hasMessage("repository name must not be more than 255 characters");
  }
}
