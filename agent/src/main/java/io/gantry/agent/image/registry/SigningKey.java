package io.gantry.agent.image.registry;

import io.gantry.agent.image.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Map;

/**
 * A public key that signatures of images are checked with: ECDSA (what cosign makes), RSA or
 * Ed25519.
 *
 * @param name the digest of the key itself: a file may be replaced, this cannot
 */
public record SigningKey(PublicKey key, String name) {
  private static final Map<String, String> ALGORITHMS =
      Map.of("EC", "SHA256withECDSA", "RSA", "SHA256withRSA", "Ed25519", "Ed25519");

  /** From a PEM file ("BEGIN PUBLIC KEY"). */
  public static SigningKey read(Path file) throws IOException {
    try {
      var encoded = Base64.getMimeDecoder().decode(Pem.body(file, "PUBLIC KEY"));
      for (var algorithm : ALGORITHMS.keySet()) {
        try {
          var key =
              KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(encoded));
          return new SigningKey(key, Digest.of(encoded).toString());
        } catch (GeneralSecurityException other) {
          continue;
        }
      }
      throw new IOException("%s holds no key of ECDSA, RSA or Ed25519".formatted(file));
    } catch (IllegalArgumentException e) {
      throw new IOException("%s is no PEM: %s".formatted(file, e.getMessage()), e);
    }
  }

  boolean hasSigned(byte[] payload, byte[] signature) {
    try {
      var algorithm =
          key.getAlgorithm().equals("EdDSA") ? "Ed25519" : ALGORITHMS.get(key.getAlgorithm());
      var check = Signature.getInstance(algorithm);
      check.initVerify(key);
      check.update(payload);
      return check.verify(signature);
    } catch (GeneralSecurityException e) {
      // Whatever it is, it is no signature of this key.
      return false;
    }
  }
}
