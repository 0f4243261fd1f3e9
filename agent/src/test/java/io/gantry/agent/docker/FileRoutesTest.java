package io.gantry.agent.docker;

import static org.assertj.core.api.Assertions.assertThat;

import akka.util.ByteString;
import io.gantry.agent.ContainerFiles.Change;
import io.gantry.agent.ContainerFiles.Commit;
import io.gantry.agent.ContainerFiles.WriteOptions;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Copies, exports, differences and commits over the real socket. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FileRoutesTest {
  private final ApiServer server = new ApiServer();

  @BeforeAll
  void create() {
    server.create("box", "");
    server.engine.files.archives.put("/etc/link", ByteString.fromString("a tar"));
  }

  @AfterAll
  void close() throws Exception {
    server.close();
  }

  @Test
  void aPathsStatusIsJsonInAHeaderWithGosModeBits() {
    var answer = server.call("HEAD", "/v1.51/containers/box/archive?path=/etc/link", "");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(stat(answer))
        .isEqualTo(
            "{\"name\":\"link\",\"size\":5,\"mode\":134218239,"
                + "\"mtime\":\"2026-11-21T12:00:00.5Z\",\"linkTarget\":\"/to\"}");
  }

  @Test
  void anArchiveComesWithThatHeader() {
    var answer = server.get("/v1.51/containers/box/archive?path=/etc/link");

    assertThat(answer.body()).isEqualTo("a tar");
    assertThat(answer.headers().get("content-type")).isEqualTo("application/x-tar");
    assertThat(stat(answer)).contains("\"name\":\"link\"");
  }

  @Test
  void whatIsNotThereIsNotFound() {
    var answer = server.get("/v1.51/containers/box/archive?path=/nope");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body()).contains("Could not find the file /nope in container box");
    assertThat(server.call("HEAD", "/v1.51/containers/box/archive?path=/nope", "").status())
        .isEqualTo(404);
    assertThat(server.get("/v1.51/containers/other/archive?path=/nope").body())
        .contains("No such container: other");
  }

  @Test
  void aPathIsNeeded() {
    var answer = server.get("/v1.51/containers/box/archive");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("bad parameter: pathcannot be empty");
  }

  @Test
  void anUploadIsPassedOnWithItsOptions() {
    var answer =
        server.call(
            "PUT",
            "/v1.51/containers/box/archive?path=/up&noOverwriteDirNonDir=true&copyUIDGID=1",
            "bytes of a tar");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(server.engine.files.archives.get("/up").utf8String()).isEqualTo("bytes of a tar");
    assertThat(server.engine.files.asked).contains(new WriteOptions(true, true));
  }

  @Test
  void changesHaveDockersNumbers() {
    server.engine.files.changes.addAll(
        List.of(
            new Change(Change.Kind.MODIFIED, "/etc"),
            new Change(Change.Kind.ADDED, "/etc/a"),
            new Change(Change.Kind.DELETED, "/etc/b")));

    assertThat(server.get("/v1.51/containers/box/changes").body())
        .isEqualTo(
            "[{\"Path\":\"/etc\",\"Kind\":0},{\"Path\":\"/etc/a\",\"Kind\":1},"
                + "{\"Path\":\"/etc/b\",\"Kind\":2}]");
  }

  @Test
  void anExportIsATar() {
    assertThat(server.get("/v1.51/containers/box/export").body()).isEqualTo("all of it");
  }

  @Test
  void aCommitSaysWhatItShallBe() {
    var answer =
        server.post(
            "/v1.51/commit?container=box&repo=a/b&tag=2&author=me&comment=why&pause=0"
                + "&changes=CMD%20%5B%22ls%22%5D&changes=USER%20me",
            "null");

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.body()).startsWith("{\"Id\":\"sha256:");
    assertThat(server.engine.files.asked)
        .contains(
            new Commit(
                Optional.of("a/b:2"),
                "me",
                "why",
                false,
                Optional.empty(),
                List.of("CMD [\"ls\"]", "USER me")));
  }

  private static String stat(RawClient.Response answer) {
    return new String(
        Base64.getDecoder().decode(answer.headers().get("x-docker-container-path-stat")),
        StandardCharsets.UTF_8);
  }
}
