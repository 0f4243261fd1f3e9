package io.gantry.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.protocol.v1.RegistryCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerLoginsTest {
  private static final RegistryCredentials NONE = RegistryCredentials.getDefaultInstance();

  @TempDir private Path directory;

  private DockerLogins logins(String config) throws IOException {
    return new DockerLogins(Files.writeString(directory.resolve("config.json"), config));
  }

  @Test
  void theLoginOfTheReferencesRegistryIsUsedAndNoOther() throws IOException {
    var logins =
        logins(
            """
            {"auths": {
              "127.0.0.1:5000": {"auth": "dTpzZWNyZXQ6eA=="},
              "https://index.docker.io/v1/": {"auth": "aHViOmh1Yg=="},
              "https://tokens.example": {"auth": "", "identitytoken": "it"}},
             "credHelpers": {"a.example": "pass"}}\
            """);

    assertThat(logins.of("127.0.0.1:5000/a/b:1"))
        .isEqualTo(
            RegistryCredentials.newBuilder().setUsername("u").setPassword("secret:x").build());
    assertThat(logins.of("busybox").getUsername()).isEqualTo("hub");
    assertThat(logins.of("a/b").getUsername()).isEqualTo("hub");
    assertThat(logins.of("tokens.example/x").getIdentityToken()).isEqualTo("it");
    assertThat(logins.of("127.0.0.1:5001/a")).isEqualTo(NONE);
  }

  @Test
  void withoutLoginsOneIsNobodyAndABrokenFileIsNamed() throws IOException {
    assertThat(new DockerLogins(directory.resolve("nosuch")).of("a.example/x")).isEqualTo(NONE);
    assertThat(logins("{}").of("a.example/x")).isEqualTo(NONE);
    assertThat(logins("{\"auths\": {\"a.example\": {\"auth\": \"%\"}}}").of("a.example/x"))
        .isEqualTo(NONE);
    var broken = logins("{");
    assertThatThrownBy(() -> broken.of("a.example/x"))
        .hasMessageStartingWith("cannot read logins from " + directory);
  }
}
