package io.gantry.cluster.authority;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * A cluster's own certificate authority (RFC 5280 certificates, keys on the curve P-256). It signs
 * for hosts that have shown the token, and each host renews its own certificate with it: whoever
 * belongs to a cluster may let others in, so each host has the key.
 */
public record Authority(X509Certificate certificate, PrivateKey key) {
  private static final Duration LIFETIME = Duration.ofDays(365 * 20);
  // Hosts whose clocks differ by less than this understand each other from the first moment.
  private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(10);
  private static final String ALGORITHM = "SHA256withECDSA";
  private static final byte[] SIGNED_BY = Der.sequence(Der.object("1.2.840.10045.4.3.2"));
  private static final BigInteger VERSION_3 = BigInteger.TWO;
  // Bits of keyUsage, from the most significant one: digitalSignature; keyCertSign and cRLSign.
  private static final byte[] MAY_SIGN = Der.bits(7, (byte) 0x80);
  private static final byte[] MAY_CERTIFY = Der.bits(1, (byte) 0x06);

  /** A new one. */
  public static Authority found(String clusterId, Instant now, RandomGenerator random) {
    try {
      var keys = newKeys();
      var name = name("Gantry authority", clusterId);
      var constraints = extension("2.5.29.19", true, Der.sequence(Der.yes()));
      var usage = extension("2.5.29.15", true, MAY_CERTIFY);
      var certificate =
          sign(
              new Wish(name, name, keys.getPublic(), now.plus(LIFETIME)),
              keys.getPrivate(),
              now,
              random,
              constraints,
              usage);
      return new Authority(certificate, keys.getPrivate());
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("cannot make an authority", impossible);
    }
  }

  /** What is kept of it. Fails when the key is not the certificate's. */
  public static Authority read(byte[] certificate, byte[] key) throws GeneralSecurityException {
    var authority = new Authority(readCertificate(certificate), readKey(key));
    var probe = Signature.getInstance(ALGORITHM);
    probe.initSign(authority.key());
    probe.update(certificate);
    var signed = probe.sign();
    probe.initVerify(authority.certificate().getPublicKey());
    probe.update(certificate);
    if (!probe.verify(signed)) {
      throw new GeneralSecurityException("the authority's key is not its certificate's");
    }
    return authority;
  }

  public static KeyPair newKeys() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  public static X509Certificate readCertificate(byte[] der) throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  public static PrivateKey readKey(byte[] der) throws GeneralSecurityException {
    return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
  }

  /** Only keys on a curve that signatures here are made with. */
  public static PublicKey readPublicKey(byte[] der) throws GeneralSecurityException {
    return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der));
  }

  /** For a host, which its name in the certificate says; both as client and as server. */
  public X509Certificate certify(
      String hostId, PublicKey hostKey, Instant now, Duration lifetime, RandomGenerator random)
      throws GeneralSecurityException {
    var usage = extension("2.5.29.15", true, MAY_SIGN);
    var purposes =
        extension(
            "2.5.29.37",
            false,
            Der.sequence(Der.object("1.3.6.1.5.5.7.3.1"), Der.object("1.3.6.1.5.5.7.3.2")));
    var names =
        extension(
            "2.5.29.17",
            false,
            Der.sequence(Der.context(2, false, hostId.getBytes(StandardCharsets.US_ASCII))));
    var issuer = certificate.getSubjectX500Principal().getEncoded();
    return sign(
        new Wish(name(hostId, clusterId()), issuer, hostKey, now.plus(lifetime)),
        key,
        now,
        random,
        usage,
        purposes,
        names);
  }

  /** The cluster's id stands in each certificate of it. */
  public String clusterId() {
    return HostName.of(certificate).cluster();
  }

  /** SHA-256 of the certificate, in hexadecimal: what the token holds. */
  public String fingerprint() {
    try {
      return fingerprint(certificate);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  static String fingerprint(X509Certificate certificate) throws GeneralSecurityException {
    var digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
    return HexFormat.of().formatHex(digest);
  }

  private record Wish(byte[] subject, byte[] issuer, PublicKey key, Instant until) {}

  private static X509Certificate sign(
      Wish wish, PrivateKey key, Instant now, RandomGenerator random, byte[]... extensions)
      throws GeneralSecurityException {
    var serial = new byte[16];
    random.nextBytes(serial);
    var content =
        Der.sequence(
            Der.context(0, true, Der.integer(VERSION_3)),
            Der.integer(new BigInteger(1, serial).setBit(1)),
            SIGNED_BY,
            wish.issuer(),
            Der.sequence(Der.time(now.minus(CLOCKS_DIFFER)), Der.time(wish.until())),
            wish.subject(),
            wish.key().getEncoded(),
            Der.context(3, true, Der.sequence(extensions)));
    var signature = Signature.getInstance(ALGORITHM);
    signature.initSign(key);
    signature.update(content);
    return readCertificate(Der.sequence(content, SIGNED_BY, Der.bits(0, signature.sign())));
  }

  private static byte[] name(String common, String organization) {
    return Der.sequence(
        Der.set(Der.sequence(Der.object("2.5.4.10"), Der.text(organization))),
        Der.set(Der.sequence(Der.object("2.5.4.3"), Der.text(common))));
  }

  private static byte[] extension(String id, boolean critical, byte[] value) {
    return critical
        ? Der.sequence(Der.object(id), Der.yes(), Der.octets(value))
        : Der.sequence(Der.object(id), Der.octets(value));
  }
}
