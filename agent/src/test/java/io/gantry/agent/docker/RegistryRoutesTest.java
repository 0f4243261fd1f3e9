package io.gantry.agent.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.Credentials;
import io.gantry.agent.Outcome;
import io.gantry.agent.Registries;
import io.gantry.agent.Transfer;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Image;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RegistryRoutesTest {
  private ApiServer server;

  @BeforeEach
  void start() {
    server = new ApiServer();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void aPullTellsInDockersWordsAndOrder() {
    var registries = server.engine.registries;
    registries.progress =
        List.of(
            new Transfer.Said("1", "Pulling from library/nginx"),
            new Transfer.Step("0123456789ab", "Pulling fs layer"),
            new Transfer.Step("0123456789ab", "Downloading", 500, 1000),
            new Transfer.Said("", "Status: Downloaded newer image for nginx:1"));
    registries.outcome = Outcome.done(Image.getDefaultInstance());

    var response = server.post("/images/create?fromImage=nginx&tag=1", "");

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body().lines())
        .containsExactly(
            "{\"status\":\"Pulling from library/nginx\",\"id\":\"1\"}",
            "{\"status\":\"Pulling fs layer\",\"progressDetail\":{},\"id\":\"0123456789ab\"}",
            "{\"status\":\"Downloading\",\"progressDetail\":{\"current\":500,\"total\":1000},\"progress\":\"[=========================>"
                + "                         ]     500B/1kB\",\"id\":\"0123456789ab\"}",
            "{\"status\":\"Status: Downloaded newer image for nginx:1\"}");
    assertThat(registries.pulls)
        .containsExactly(new Registries.Pull("nginx:1", false, "", Credentials.NONE));
  }

  @Test
  void whatFailsBeforeAnythingIsSaidIsAnAnswerOfItsOwn() {
    server.engine.registries.outcome =
        Outcome.refused(ErrorKind.NOT_FOUND, "manifest for nginx:9 not found: manifest unknown");

    var response = server.post("/images/create?fromImage=nginx&tag=9", "");

    assertThat(response.status()).isEqualTo(404);
    assertThat(response.message()).isEqualTo("manifest for nginx:9 not found: manifest unknown");
  }

  @Test
  void whatFailsLaterIsTheLastLine() {
    server.engine.registries.progress = List.of(new Transfer.Said("1", "Pulling from nginx"));
    server.engine.registries.outcome = Outcome.refused(ErrorKind.INTERNAL, "cut off");

    var response = server.post("/images/create?fromImage=nginx&tag=1", "");

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body().lines().toList().getLast())
        .isEqualTo(
            "{\"errorDetail\":{\"code\":500,\"message\":\"cut off\"},\"error\":\"cut off\"}");
  }

  @Test
  void aDigestComesAsTheTagAndNoTagMeansAllOfThem() {
    server.post("/images/create?fromImage=nginx&tag=sha256:" + "a".repeat(64), "");
    server.post("/images/create?fromImage=h.example:5000/nginx", "");
    server.post("/images/create?fromImage=h.example:5000/nginx:1&platform=linux/arm64", "");

    assertThat(server.engine.registries.pulls)
        .containsExactly(
            new Registries.Pull("nginx@sha256:" + "a".repeat(64), false, "", Credentials.NONE),
            new Registries.Pull("h.example:5000/nginx", true, "", Credentials.NONE),
            new Registries.Pull("h.example:5000/nginx:1", false, "linux/arm64", Credentials.NONE));
  }
}
