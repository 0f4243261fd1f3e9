package io.gantry.agent.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.Credentials;
import io.gantry.agent.Outcome;
import io.gantry.agent.Registries;
import io.gantry.agent.Secret;
import io.gantry.agent.Transfer;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Image;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
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

  @Test
  void credentialsComeInBothAlphabetsAndWithOrWithoutPadding() {
    var json = "{\"username\":\"u\",\"password\":\"p?>~\",\"serveraddress\":\"h\"}";
    var bytes = json.getBytes(StandardCharsets.UTF_8);
    var expected = new Credentials("u", new Secret("p?>~"), Secret.NONE, Secret.NONE, "h");

    assertThat(RegistryAuth.decode(Base64.getUrlEncoder().encodeToString(bytes)))
        .contains(expected);
    assertThat(RegistryAuth.decode(Base64.getEncoder().withoutPadding().encodeToString(bytes)))
        .contains(expected);
    assertThat(RegistryAuth.decode("e30=")).contains(Credentials.NONE);
    assertThat(RegistryAuth.decode("%%%")).isEmpty();
    assertThat(RegistryAuth.decode("bnVsbA==")).contains(Credentials.NONE);
    assertThat(expected.toString()).doesNotContain("p?>~");
  }

  @Test
  void loginSaysWhetherTheRegistryTakesThePassword() {
    var right =
        server.post("/auth", "{\"username\":\"u\",\"password\":\"right\",\"serveraddress\":\"h\"}");
    var wrong =
        server.post("/auth", "{\"username\":\"u\",\"password\":\"no\",\"serveraddress\":\"h\"}");

    assertThat(right.body()).isEqualTo("{\"IdentityToken\":\"\",\"Status\":\"Login Succeeded\"}");
    assertThat(wrong.status()).isEqualTo(401);
    assertThat(wrong.message())
        .isEqualTo("login attempt to https://h/v2/ failed with status: 401 Unauthorized");
  }

  @Test
  void aPushEndsWithWhatTheRegistryHas() {
    var registries = server.engine.registries;
    registries.progress =
        List.of(
            new Transfer.Said("", "The push refers to repository [h.example/a]"),
            new Transfer.Pushed("1", "sha256:1", 528));
    registries.outcome = Outcome.done(Image.getDefaultInstance());

    var response = server.post("/images/h.example/a/push?tag=1", "");

    assertThat(response.body().lines())
        .containsExactly(
            "{\"status\":\"The push refers to repository [h.example/a]\"}",
            "{\"progressDetail\":{},\"aux\":{\"Tag\":\"1\",\"Digest\":\"sha256:1\",\"Size\":528}}");
    assertThat(registries.pushes)
        .containsExactly(new Registries.Push("h.example/a:1", false, Credentials.NONE));
  }

  @Test
  void aReferenceIsDescribedWithItsPlatforms() {
    assertThat(server.get("/distribution/h.example/a:1/json").body())
        .isEqualTo(
            "{\"Descriptor\":{\"mediaType\":\"some/type\",\"digest\":\"sha256:1\",\"size\":528},"
                + "\"Platforms\":[{\"architecture\":\"arm64\",\"os\":\"linux\",\"variant\":\"v8\"},"
                + "{\"architecture\":\"amd64\",\"os\":\"linux\"}]}");
  }

  @Test
  void aSearchIsFiltered() {
    var official = URLEncoder.encode("{\"is-official\":[\"true\"]}", StandardCharsets.UTF_8);
    var popular = URLEncoder.encode("{\"stars\":[\"10\"]}", StandardCharsets.UTF_8);

    assertThat(server.get("/images/search?term=nginx").json()).hasSize(2);
    assertThat(server.get("/images/search?term=nginx&filters=" + official).json()).hasSize(1);
    assertThat(server.get("/images/search?term=nginx&filters=" + popular).json()).hasSize(1);
    assertThat(server.get("/images/search?term=nginx&limit=101").message())
        .isEqualTo("Limit 101 is outside the range of [1, 100]");
  }
}
