package io.gantry.agent.image.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.agent.image.BadImage;
import io.gantry.agent.image.Digest;
import io.gantry.agent.image.registry.RegistryFailure.Kind;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;

/**
 * Signatures beside images in their repository, as cosign leaves them: a manifest with the tag
 * sha256-DIGEST.sig, whose layers are payloads (the "simple signing" JSON of containers/image) with
 * the signature as annotation.
 */
public final class Signatures {
  private static final int MOST = 50;
  private static final int MOST_PAYLOAD_BYTES = 64 << 10;
  private static final String PAYLOAD = "application/vnd.dev.cosign.simplesigning.v1+json";
  private static final String SIGNATURE = "dev.cosignproject.cosign/signature";

  private final Repository repository;

  public Signatures(Repository repository) {
    this.repository = repository;
  }

  /** Whether one of the signatures of this digest is the key's. */
  public boolean has(Digest digest, SigningKey key) throws IOException {
    byte[] manifest;
    try {
      manifest = repository.bytes("sha256-" + digest.hex() + ".sig");
    } catch (RegistryFailure e) {
      if (e.kind() == Kind.MANIFEST_UNKNOWN || e.kind() == Kind.NAME_UNKNOWN) {
        return false;
      }
      throw e;
    }
    var seen = 0;
    for (var layer : RegistryJson.object(manifest, "the manifest of signatures").path("layers")) {
      if (++seen > MOST) {
        return false;
      }
      if (layer.path("mediaType").asText("").equals(PAYLOAD) && signs(layer, digest, key)) {
        return true;
      }
    }
    return false;
  }

  private boolean signs(JsonNode layer, Digest digest, SigningKey key) throws IOException {
    var payloadDigest = layer.path("digest").asText("");
    var size = layer.path("size").asLong(-1);
    byte[] signature;
    try {
      signature = Base64.getDecoder().decode(layer.path("annotations").path(SIGNATURE).asText(""));
    } catch (IllegalArgumentException e) {
      return false;
    }
    if (!Digest.isDigest(payloadDigest) || size < 0 || size > MOST_PAYLOAD_BYTES) {
      return false;
    }
    var payload =
        repository.small(
            new Descriptor(PAYLOAD, Digest.parse(payloadDigest), size, Optional.empty()),
            MOST_PAYLOAD_BYTES);
    return key.hasSigned(payload, signature) && isAbout(payload, digest);
  }

  /** A good signature of something else says nothing about this image. */
  static boolean isAbout(byte[] payload, Digest digest) {
    try {
      return RegistryJson.object(payload, "the payload")
          .path("critical")
          .path("image")
          .path("docker-manifest-digest")
          .asText("")
          .equals(digest.toString());
    } catch (BadImage e) {
      return false;
    }
  }
}
