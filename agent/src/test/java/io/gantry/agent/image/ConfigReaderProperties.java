package io.gantry.agent.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.protocol.v1.Image;
import io.gantry.protocol.v1.ImageConfig;
import io.gantry.protocol.v1.StringList;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Image configurations come from strangers. */
class ConfigReaderProperties {
  @Property(tries = 1000)
  void anyJsonIsAConfigurationOrRefused(@ForAll("json") String json) {
    try {
      var image = ConfigReader.read(json.getBytes(StandardCharsets.UTF_8));
      assertThat(image.getId()).startsWith("sha256:");
      image.getDiffIdsList().forEach(Digest::parse);
    } catch (BadImage expected) {
      assertThat(expected.getMessage()).isNotBlank();
    }
  }

  @Property
  void whatIsWrittenIsReadTheSame(@ForAll("images") Image image) throws Exception {
    var read = ConfigReader.read(ConfigWriter.write(image));

    assertThat(read.toBuilder().clearId().build()).isEqualTo(image);
    assertThat(ConfigWriter.write(read)).isEqualTo(ConfigWriter.write(image));
  }

  @Provide
  Arbitrary<String> json() {
    var key =
        Arbitraries.of(
            "rootfs",
            "type",
            "diff_ids",
            "config",
            "Cmd",
            "Env",
            "Labels",
            "ExposedPorts",
            "history",
            "created",
            "architecture",
            "Healthcheck",
            "Test",
            "Interval",
            "Volumes");
    Arbitrary<String> leaf =
        Arbitraries.of(
            "null",
            "1",
            "-1.5e300",
            "true",
            "\"\"",
            "\"layers\"",
            "[]",
            "{}",
            "\"x\"",
            "[1]",
            "[\"a\"]",
            "{\"a\":1}",
            "\"2026-11-21T12:00:00Z\"",
            "[null]",
            "\"\\u0000\"",
            "[\"sha256:" + "0".repeat(64) + "\"]");
    return Arbitraries.lazyOf(
        () -> leaf,
        () -> leaf,
        () ->
            Combinators.combine(key, json())
                .as((k, v) -> "\"" + k + "\":" + v)
                .list()
                .ofMaxSize(5)
                .map(members -> "{" + String.join(",", members) + "}"),
        () -> Arbitraries.strings().ofMaxLength(20));
  }

  @Provide
  Arbitrary<Image> images() {
    var text = Arbitraries.strings().alpha().ofMaxLength(8);
    var texts = text.list().ofMaxSize(3);
    return Combinators.combine(text, texts, texts, Arbitraries.maps(text, text).ofMaxSize(3))
        .as(
            (word, words, cmd, labels) ->
                Image.newBuilder()
                    .setArchitecture(word)
                    .setOs("linux")
                    .setComment(word)
                    .addDiffIds(Digest.of(word.getBytes(StandardCharsets.UTF_8)).toString())
                    .setConfig(
                        ImageConfig.newBuilder()
                            .addAllEnv(words)
                            .setCmd(StringList.newBuilder().addAllValues(cmd))
                            .putAllLabels(labels)
                            .addAllVolumes(List.of("/a", "/b")))
                    .build());
  }
}
