package io.gantry.agent.docker.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.protocol.v1.Image;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImageJsonTest {
  private static String row(List<String> tags, boolean emptyNames) {
    var image = Image.newBuilder().setId("sha256:1").build();
    var json = JsonWriter.bytes(writer -> ImageJson.summary(writer, image, tags, 0, 0, emptyNames));
    return new String(json, StandardCharsets.UTF_8);
  }

  @Test
  void onlyAnImageWithoutAnyNameHasPlaceholdersAndOnlyBeforeThatEnded() {
    assertThat(row(List.of("web:1"), false))
        .contains("\"RepoDigests\":[]", "\"RepoTags\":[\"web:1\"]");
    assertThat(row(List.of(), false))
        .contains("\"RepoDigests\":[\"<none>@<none>\"]", "\"RepoTags\":[\"<none>:<none>\"]");
    assertThat(row(List.of(), true)).contains("\"RepoDigests\":[]", "\"RepoTags\":[]");
  }
}
