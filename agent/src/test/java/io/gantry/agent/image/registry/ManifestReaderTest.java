package io.gantry.agent.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.image.BadImage;
import io.gantry.agent.image.Digest;
import io.gantry.agent.image.Platform;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ManifestReaderTest {
  private static final String A = "sha256:" + "a".repeat(64);
  private static final String B = "sha256:" + "b".repeat(64);
  private static final String IMAGE =
      """
      {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"%s","digest":"%s","size":7},
       "layers":[{"mediaType":"%s","digest":"%s","size":9}]}
      """
          .formatted(
              MediaTypes.DOCKER_MANIFEST, MediaTypes.DOCKER_CONFIG, A, MediaTypes.DOCKER_LAYER, B);

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Descriptor descriptor(String mediaType, String digest, long size) {
    return new Descriptor(mediaType, Digest.parse(digest), size, Optional.empty());
  }

  @Test
  void anImageHasAConfigurationAndLayers() throws Exception {
    assertThat(ManifestReader.read(bytes(IMAGE), ""))
        .isInstanceOfSatisfying(
            Manifest.Image.class,
            image -> {
              assertThat(image.digest()).isEqualTo(Digest.of(bytes(IMAGE)));
              assertThat(image.config()).isEqualTo(descriptor(MediaTypes.DOCKER_CONFIG, A, 7));
              assertThat(image.layers()).containsExactly(descriptor(MediaTypes.DOCKER_LAYER, B, 9));
            });
  }

  @Test
  void whatIsWrittenIsReadAndLooksLikeDockers() throws Exception {
    var written =
        ManifestWriter.write(
            MediaTypes.DOCKER_MANIFEST,
            descriptor(MediaTypes.DOCKER_CONFIG, A, 7),
            List.of(descriptor(MediaTypes.DOCKER_LAYER, B, 9)));

    assertThat(new String(written.bytes(), StandardCharsets.UTF_8))
        .isEqualTo(
            """
            {
               "schemaVersion": 2,
               "mediaType": "%s",
               "config": {
                  "mediaType": "%s",
                  "size": 7,
                  "digest": "%s"
               },
               "layers": [
                  {
                     "mediaType": "%s",
                     "size": 9,
                     "digest": "%s"
                  }
               ]
            }\
            """
                .formatted(
                    MediaTypes.DOCKER_MANIFEST,
                    MediaTypes.DOCKER_CONFIG,
                    A,
                    MediaTypes.DOCKER_LAYER,
                    B));
    var read = (Manifest.Image) ManifestReader.read(written.bytes(), "");
    assertThat(read.layers()).isEqualTo(written.layers());
  }

  @Test
  void theFirstSchemaIsRefusedInDockersWords() {
    assertThatThrownBy(() -> ManifestReader.read(bytes("{\"schemaVersion\":1}"), ""))
        .isInstanceOf(BadImage.class)
        .hasMessageStartingWith("[DEPRECATION NOTICE] Docker Image Format v1");
  }

  @Test
  void whatIsNoImageIsRefused() {
    assertRefused(
        "{\"schemaVersion\":2,\"mediaType\":\"x/y\"}", "unsupported manifest media type: x/y");
    assertRefused(IMAGE.replace(A, "sha1:00"), "manifest has a config with an unsupported digest");
    assertRefused(IMAGE.replace("\"size\":9", "\"size\":-1"), "without a size");
    assertRefused(
        IMAGE.replace(MediaTypes.DOCKER_CONFIG, "application/vnd.cncf.helm.config.v1+json"),
        "the artifact is no container image");
    assertRefused(
        IMAGE.replace("\"layers\"", "\"manifests\":[],\"layers\""),
        "an image and an index at once");
    assertRefused(IMAGE + IMAGE, "manifest is no JSON");
    assertRefused("[".repeat(1000), "manifest is no JSON");
  }

  private static void assertRefused(String manifest, String why) {
    assertThatThrownBy(() -> ManifestReader.read(bytes(manifest), ""))
        .isInstanceOf(BadImage.class)
        .hasMessageContaining(why);
  }

  @Test
  void anIndexGivesWhatThePlatformRunsBest() throws Exception {
    var index =
        (Manifest.Index)
            ManifestReader.read(
                bytes(
                    """
                    {"schemaVersion":2,"manifests":[%s,%s,%s,%s,%s]}\
                    """
                        .formatted(
                            entry("arm", "v5", "5"),
                            entry("arm", "v6", "6"),
                            entry("amd64", "", "1"),
                            entry("amd64", "v3", "3"),
                            entry("unknown", "", "0"))),
                MediaTypes.OCI_INDEX);

    assertThat(chosen(index, "linux/amd64")).isEqualTo("1");
    assertThat(chosen(index, "linux/amd64/v4")).isEqualTo("3");
    assertThat(chosen(index, "linux/arm/v7")).isEqualTo("6");
    assertThat(chosen(index, "linux/arm/v5")).isEqualTo("5");
    assertThatThrownBy(() -> chosen(index, "linux/s390x"))
        .hasMessage("no matching manifest for linux/s390x in the manifest list entries");
  }

  private static String entry(String architecture, String variant, String digit) {
    return """
    {"mediaType":"%s","digest":"sha256:%s","size":1,
     "platform":{"os":"linux","architecture":"%s","variant":"%s"}}\
    """
        .formatted(MediaTypes.OCI_MANIFEST, digit.repeat(64), architecture, variant);
  }

  private static String chosen(Manifest.Index index, String platform) throws BadImage {
    return PlatformChoice.choose(index, Platform.parse(platform)).digest().hex().substring(0, 1);
  }

  @Property
  void anyBytesAreAManifestOrABadImage(@ForAll byte[] bytes) {
    assertReadOrRefused(bytes);
  }

  @Property
  void aDamagedManifestIsAManifestOrABadImage(@ForAll int at, @ForAll byte value) {
    var damaged = bytes(IMAGE);
    damaged[Math.floorMod(at, damaged.length)] = value;
    assertReadOrRefused(damaged);
  }

  private static void assertReadOrRefused(byte[] bytes) {
    try {
      assertThat(ManifestReader.read(bytes, "").bytes()).isEqualTo(bytes);
    } catch (BadImage refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
  }
}
