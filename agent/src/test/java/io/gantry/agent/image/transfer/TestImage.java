package io.gantry.agent.image.transfer;

import io.gantry.agent.image.Digest;
import io.gantry.agent.image.registry.Descriptor;
import io.gantry.agent.image.registry.ManifestWriter;
import io.gantry.agent.image.registry.MediaTypes;
import io.gantry.agent.image.registry.TestRegistry;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/** An image as a registry has it. */
record TestImage(Digest manifest, Digest config, List<Digest> layers) {
  static TestImage in(TestRegistry registry, String tag, byte[]... tars) throws Exception {
    var diffIds = new ArrayList<String>();
    var layers = new ArrayList<Descriptor>();
    for (var tar : tars) {
      diffIds.add("\"" + Digest.of(tar) + "\"");
      var packed = new ByteArrayOutputStream();
      try (var gzip = new GZIPOutputStream(packed)) {
        gzip.write(tar);
      }
      layers.add(
          new Descriptor(
              MediaTypes.DOCKER_LAYER,
              registry.blob(packed.toByteArray()),
              packed.size(),
              Optional.empty()));
    }
    var config =
        """
        {"architecture":"amd64","os":"linux","config":{},
         "rootfs":{"type":"layers","diff_ids":[%s]}}\
        """
            .formatted(String.join(",", diffIds))
            .getBytes(StandardCharsets.UTF_8);
    var manifest =
        ManifestWriter.write(
            MediaTypes.DOCKER_MANIFEST,
            new Descriptor(
                MediaTypes.DOCKER_CONFIG, registry.blob(config), config.length, Optional.empty()),
            layers);
    return new TestImage(
        registry.manifest(tag, manifest.bytes()),
        Digest.of(config),
        layers.stream().map(Descriptor::digest).toList());
  }
}
