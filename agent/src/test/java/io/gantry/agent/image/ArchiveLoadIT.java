package io.gantry.agent.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.Outcome;
import io.gantry.protocol.ErrorKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Archives as other tools write them, and as nobody should. */
@Tag("host")
class ArchiveLoadIT {
  private ImageRoom room;
  private byte[] layer;
  private String config;

  @BeforeEach
  void open() throws Exception {
    room = new ImageRoom();
    layer = new TestTar().file("hello", "hi", 0644).bytes();
    config = config(layer);
  }

  @AfterEach
  void close() throws Exception {
    room.close();
  }

  private static String config(byte[]... layers) {
    var diffIds = new StringBuilder();
    for (var layer : layers) {
      diffIds.append(diffIds.isEmpty() ? "" : ",").append('"').append(Digest.of(layer)).append('"');
    }
    return """
    {"architecture":"amd64","os":"linux","config":{"Cmd":["/hello"]},\
    "rootfs":{"type":"layers","diff_ids":[%s]}}\
    """
        .formatted(diffIds);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  private static TestTar add(TestTar tar, String name, byte[] bytes) {
    return tar.file(name, bytes, 0644, 0, 0, Map.of());
  }

  private static String manifest(String tag, String layer) {
    return "[{\"Config\":\"config.json\",\"RepoTags\":[%s],\"Layers\":[\"%s\"]}]"
        .formatted(tag, layer);
  }

  private static Outcome<?> invalid(String message) {
    return Outcome.refused(ErrorKind.INVALID, message);
  }

  @Test
  void entriesMayComeInAnyOrderAndTheWholeMayBePacked() throws Exception {
    var archive =
        add(new TestTar(), "aa/layer.tar", layer)
            .file("manifest.json", manifest("\"demo:1\",\"demo:2\"", "aa/layer.tar"), 0644)
            .file("config.json", config, 0644);

    var loaded = ImageRoom.done(room.load(gzip(archive.bytes())));

    assertThat(loaded).extracting("name").containsExactly("demo:1", "demo:2");
    assertThat(loaded.getFirst().image().getId())
        .isEqualTo(Digest.of(config.getBytes(StandardCharsets.UTF_8)).toString());
    assertThat(ImageRoom.done(room.images.resolve("demo:2")).layers().getFirst().resolve("hello"))
        .hasContent("hi");
  }

  @Test
  void anImageWithoutANameIsToldByItsId() throws Exception {
    var archive =
        add(new TestTar(), "l", layer)
            .file("manifest.json", manifest("", "l"), 0644)
            .file("config.json", config, 0644);

    var loaded = ImageRoom.done(room.load(archive.bytes()));

    assertThat(loaded.getFirst().name()).isEqualTo(loaded.getFirst().image().getId());
  }

  @Test
  void aLayerThatIsHereMayComeEmptyOrNotAtAll() throws Exception {
    ImageRoom.done(
        room.load(
            add(new TestTar(), "l", layer)
                .file("manifest.json", manifest("\"base:1\"", "l"), 0644)
                .file("config.json", config, 0644)
                .bytes()));
    var labelled = config.replace("\"Cmd\"", "\"Labels\":{\"a\":\"b\"},\"Cmd\"");

    var empty =
        new TestTar()
            .file("l", "", 0644)
            .file("manifest.json", manifest("\"empty:1\"", "l"), 0644)
            .file("config.json", labelled, 0644);
    var missing =
        new TestTar()
            .file("manifest.json", manifest("\"missing:1\"", "l"), 0644)
            .file("config.json", labelled, 0644);

    assertThat(ImageRoom.done(room.load(empty.bytes())).getFirst().name()).isEqualTo("empty:1");
    assertThat(ImageRoom.done(room.load(missing.bytes())).getFirst().name()).isEqualTo("missing:1");
    assertThat(room.store.layers().all()).hasSize(1);
  }

  @Test
  void oldArchivesLinkLayersThatAreTheSame() throws Exception {
    var archive =
        add(new TestTar(), "aa/layer.tar", layer)
            .symlink("bb/layer.tar", "../aa/layer.tar")
            .file("manifest.json", manifest("\"demo:1\"", "bb/layer.tar"), 0644)
            .file("config.json", config, 0644);

    assertThat(ImageRoom.done(room.load(archive.bytes()))).hasSize(1);
  }

  @Test
  void anOciLayoutWithPackedLayersAndSeveralPlatformsIsRead() throws Exception {
    var packed = gzip(layer);
    var manifest =
        """
        {"schemaVersion":2,"config":{"digest":"%s","size":1},"layers":[{"digest":"%s","size":1}]}\
        """
            .formatted(digest(config), Digest.of(packed));
    var index =
        """
        {"schemaVersion":2,"manifests":[
          {"digest":"sha256:%s","size":1,"platform":{"os":"plan9","architecture":"mips"}},
          {"digest":"%s","size":1,"platform":{"os":"linux","architecture":"%s"}}]}\
        """
            .formatted("0".repeat(64), digest(manifest), Platform.host().architecture());
    var top =
        """
        {"schemaVersion":2,"manifests":[{"digest":"%s","size":1,
          "annotations":{"org.opencontainers.image.ref.name":"example.org/app:7"}}]}\
        """
            .formatted(digest(index));
    var archive =
        add(new TestTar(), blob(packed), packed)
            .file(blob(config), config, 0644)
            .file(blob(manifest), manifest, 0644)
            .file(blob(index), index, 0644)
            .file("index.json", top, 0644)
            .file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}", 0644);

    assertThat(ImageRoom.done(room.load(archive.bytes())))
        .extracting("name")
        .containsExactly("example.org/app:7");
  }

  /** Two platforms of one image in an OCI layout. */
  private byte[] manyPlatforms() throws IOException {
    var archive = add(new TestTar(), blob(layer), layer);
    var descriptors = new ArrayList<String>();
    for (var architecture : List.of("amd64", "arm64")) {
      var config =
          """
          {"os":"linux","architecture":"%s","rootfs":{"type":"layers","diff_ids":["%s"]}}\
          """
              .formatted(architecture, Digest.of(layer));
      var manifest =
          """
          {"config":{"digest":"%s","size":1},"layers":[{"digest":"%s","size":1}]}\
          """
              .formatted(digest(config), Digest.of(layer));
      archive.file(blob(config), config, 0644).file(blob(manifest), manifest, 0644);
      descriptors.add(
          """
          {"digest":"%s","size":1,"platform":{"os":"linux","architecture":"%s"}}\
          """
              .formatted(digest(manifest), architecture));
    }
    var index = "{\"manifests\":[%s]}".formatted(String.join(",", descriptors));
    var top =
        """
        {"manifests":[{"digest":"%s","size":1,
          "annotations":{"org.opencontainers.image.ref.name":"example.org/app:7"}}]}\
        """
            .formatted(digest(index));
    return archive.file(blob(index), index, 0644).file("index.json", top, 0644).bytes();
  }

  @Test
  void onlyThePlatformsThatAreAskedForAreLoaded() throws Exception {
    var archive = manyPlatforms();
    assertThat(room.load(archive, "linux/riscv64"))
        .isEqualTo(
            Outcome.refused(
                ErrorKind.INVALID,
                "requested platform (linux/riscv64) not found: image might be filtered out"));
    assertThat(room.images.list()).isEmpty();

    for (var architecture : List.of("arm64", "amd64")) {
      var loaded = ImageRoom.done(room.load(archive, "linux/" + architecture));
      assertThat(loaded).extracting("name").containsExactly("example.org/app:7");
      assertThat(loaded.getFirst().image().getArchitecture()).isEqualTo(architecture);
    }
    assertThat(ImageRoom.done(room.load(archive, "linux/arm64/v8", "linux/amd64"))).hasSize(2);
    assertThat(room.load(archive, "linux/!"))
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> assertThat(refused.message()).contains("is an invalid component of"));
  }

  @Test
  void onlyAnImageOfThePlatformThatIsAskedForIsSaved() throws Exception {
    ImageRoom.done(room.load(manyPlatforms(), "linux/arm64"));
    assertThat(room.images.save(List.of("example.org/app:7"), List.of("linux/amd64")))
        .isEqualTo(
            Outcome.refused(
                ErrorKind.INVALID, "no suitable export target found for platform linux/amd64"));
    assertThat(
            room.images.save(List.of("example.org/app:7"), List.of("linux/amd64", "linux/arm64")))
        .isInstanceOf(Outcome.Done.class);
  }

  private static Digest digest(String text) {
    return Digest.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String blob(String text) {
    return blob(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String blob(byte[] bytes) {
    return "blobs/sha256/" + Digest.of(bytes).hex();
  }

  @Test
  void whatIsWrongWithAnArchiveIsSaidAndNothingStays() throws Exception {
    var other = new TestTar().file("hello", "other", 0644).bytes();

    assertThat(room.load("no tar".repeat(200).getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(invalid("invalid tar header"));
    assertThat(room.load(new TestTar().file("x", "", 0644).bytes()))
        .isEqualTo(
            invalid(
                "invalid archive: it has neither a manifest.json (Docker) nor an index.json"
                    + " (OCI)"));
    assertThat(
            room.load(
                add(new TestTar(), "l", other)
                    .file("manifest.json", manifest("", "l"), 0644)
                    .file("config.json", config, 0644)
                    .bytes()))
        .isEqualTo(
            invalid(
                "cannot unpack layer %s: digest is %s"
                    .formatted(Digest.of(layer), Digest.of(other))));
    assertThat(
            room.load(
                new TestTar()
                    .file("manifest.json", "[{\"Config\":\"c\",\"Layers\":[]}]", 0644)
                    .file("c", config, 0644)
                    .bytes()))
        .isEqualTo(invalid("invalid manifest, layers length mismatch: expected 0, got 1"));
    assertThat(
            room.load(
                new TestTar()
                    .file("manifest.json", manifest("", "../../../../etc/passwd"), 0644)
                    .file("config.json", config, 0644)
                    .bytes()))
        .isEqualTo(invalid("invalid tar entry ../../../../etc/passwd: it leaves the root"));
    assertThat(room.load(new TestTar().file("manifest.json", "[".repeat(5000), 0644).bytes()))
        .isInstanceOf(Outcome.Refused.class);

    assertThat(room.images.list()).isEmpty();
    assertThat(room.store.layers().all()).isEmpty();
    assertThat(room.state.resolve("content/archives")).isEmptyDirectory();
    assertThat(room.state.resolve("layers/incoming")).isEmptyDirectory();
  }

  @Test
  void savingByRepositoryTakesAllItsTagsAndByIdNone() throws Exception {
    ImageRoom.done(
        room.load(
            add(new TestTar(), "l", layer)
                .file("manifest.json", manifest("\"demo:1\",\"demo:2\"", "l"), 0644)
                .file("config.json", config, 0644)
                .bytes()));
    var id = room.images.list().iterator().next().getId();

    assertThat(ImageRoom.done(room.load(room.save("demo"))))
        .extracting("name")
        .containsExactly("demo:1", "demo:2");
    assertThat(ImageRoom.done(room.load(room.save(id.substring(7)))))
        .extracting("name")
        .containsExactly(id);
  }

  @Test
  void ofAFileThatComesTwiceTheLaterCountsAndOthersKeepTheirContent() throws Exception {
    var archive =
        add(new TestTar(), "l", layer)
            .file("config.json", config, 0644)
            .file("other", "1", 0644)
            .file("config.json", config, 0644)
            .file("another", "2", 0644)
            .file("manifest.json", manifest("\"demo:1\"", "l"), 0644);

    assertThat(ImageRoom.done(room.load(archive.bytes()))).hasSize(1);
  }

  @Test
  void indexesThatNameEachOtherManyTimesAreRefused() throws Exception {
    var index = "{\"manifests\":[]}";
    var blobs = new LinkedHashMap<String, String>();
    for (var depth = 0; depth < 3; depth++) {
      var one = "{\"digest\":\"%s\"}".formatted(digest(index));
      var next = "{\"manifests\":[%s]}".formatted(String.join(",", Collections.nCopies(200, one)));
      blobs.put("blobs/" + digest(index).toString().replace(':', '/'), index);
      index = next;
    }
    var archive = new TestTar().file("index.json", index, 0644);
    blobs.forEach((name, text) -> archive.file(name, text, 0644));

    assertThat(room.load(archive.bytes()))
        .isEqualTo(invalid("invalid archive: its indexes name more than 10000 manifests"));
  }

  private static final String LOW = "a".repeat(64);
  private static final String HIGH = "b".repeat(64);

  private TestTar legacy(String parent) throws Exception {
    var low =
        """
        {"id":"%s",%s"created":"2015-01-01T00:00:00Z","os":"linux","architecture":"amd64",\
        "container_config":{"Cmd":["/bin/sh","-c","#(nop) ADD x"]}}\
        """
            .formatted(LOW, parent);
    var high =
        """
        {"id":"%s","parent":"%s","created":"2015-01-02T00:00:00Z","os":"linux","Size":3,\
        "architecture":"amd64","author":"me","config":{"Cmd":["/hello"]},\
        "container_config":{"Cmd":["touch","there"]}}\
        """
            .formatted(HIGH, LOW);
    var tar = new TestTar().file(LOW + "/json", low, 0644).file(LOW + "/VERSION", "1.0", 0644);
    add(tar, LOW + "/layer.tar", layer);
    tar.file(HIGH + "/json", high, 0644);
    add(tar, HIGH + "/layer.tar", new TestTar().file("there", "", 0644).bytes());
    var repositories = "{\"old\":{\"1\":\"%s\",\"2\":\"%s\"}}".formatted(HIGH, HIGH);
    return tar.file("repositories", repositories, 0644);
  }

  @Test
  void anArchiveOfBefore2016IsPutTogetherByItsParents() throws Exception {
    var loaded = ImageRoom.done(room.load(legacy("").bytes()));

    assertThat(loaded).extracting("name").containsExactly("old:1", "old:2");
    var image = loaded.getFirst().image();
    assertThat(image.getConfig().getCmd().getValuesList()).containsExactly("/hello");
    assertThat(image.getDiffIdsList()).hasSize(2).first().isEqualTo(Digest.of(layer).toString());
    assertThat(ImageRoom.done(room.images.history("old:1")))
        .extracting("createdBy")
        .containsExactly("touch there", "/bin/sh -c #(nop) ADD x");
    assertThat(ImageRoom.done(room.images.resolve("old:2")).layers()).hasSize(2);
  }

  @Test
  void parentsThatGoInACircleAreRefused() throws Exception {
    assertThat(room.load(legacy("\"parent\":\"" + HIGH + "\",").bytes()))
        .isEqualTo(invalid("invalid archive: the parents of %s do not end".formatted(HIGH)));
    assertThat(room.load(legacy("\"parent\":\"../x\",").bytes()))
        .isEqualTo(invalid("invalid archive: image ID \"../x\" is invalid"));
  }
}
