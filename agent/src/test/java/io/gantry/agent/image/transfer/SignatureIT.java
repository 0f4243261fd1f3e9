package io.gantry.agent.image.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.Caller;
import io.gantry.agent.Outcome;
import io.gantry.agent.image.Digest;
import io.gantry.agent.image.TestTar;
import io.gantry.agent.image.registry.SigningKey;
import io.gantry.agent.image.registry.TestRegistry;
import io.gantry.protocol.ErrorKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which images a policy of signatures lets in and lets run. Needs root to unpack. */
@Tag("host")
class SignatureIT {
  @TempDir Path directory;
  private TestRegistry registry;
  private KeyPair keys;
  private TransferRoom room;
  private TestImage image;

  @BeforeEach
  void open() throws Exception {
    registry = new TestRegistry();
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    keys = generator.generateKeyPair();
    var pem =
        "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
            .formatted(Base64.getMimeEncoder().encodeToString(keys.getPublic().getEncoded()));
    var key = Files.writeString(directory.resolve("key.pub"), pem);
    var policy = directory.resolve("policy.json");
    Files.writeString(
        policy,
        """
        {"default": "allow", "rules": {"%s": {"signedBy": "%s"}, "%s/bad": "deny"}}
        """
            .formatted(registry.host(), key, registry.host()));
    room = new TransferRoom(policy);
    image = TestImage.in(registry, "1", new TestTar().file("a", "a", 0644).bytes());
  }

  @AfterEach
  void close() throws Exception {
    room.close();
    registry.close();
  }

  private String name() {
    return registry.host() + "/a:1";
  }

  private void sign(KeyPair by, Digest what) throws Exception {
    var payload =
        """
        {"critical":{"identity":{"docker-reference":""},"image":{"docker-manifest-digest":"%s"},
         "type":"cosign container image signature"},"optional":null}\
        """
            .formatted(what)
            .getBytes(StandardCharsets.UTF_8);
    var signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(by.getPrivate());
    signature.update(payload);
    var manifest =
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
         "config":{"mediaType":"application/vnd.oci.image.config.v1+json","size":2,"digest":"%s"},
         "layers":[{"mediaType":"application/vnd.dev.cosign.simplesigning.v1+json","size":%d,
          "digest":"%s","annotations":{"dev.cosignproject.cosign/signature":"%s"}}]}\
        """
            .formatted(
                registry.blob("{}".getBytes(StandardCharsets.UTF_8)),
                payload.length,
                registry.blob(payload),
                Base64.getEncoder().encodeToString(signature.sign()));
    registry.manifest(
        "sha256-" + image.manifest().hex() + ".sig", manifest.getBytes(StandardCharsets.UTF_8));
  }

  private void assertRefused(Outcome<?> outcome, String why) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> {
              assertThat(refused.kind()).isEqualTo(ErrorKind.FORBIDDEN);
              assertThat(refused.message()).startsWith("the policy of signatures ").contains(why);
            });
  }

  @Test
  void whatTheKeyHasSignedComesAndRunsAndTheRecordSaysWhoSigned() throws Exception {
    sign(keys, image.manifest());

    assertThat(room.pull(name())).isInstanceOf(Outcome.Done.class);

    assertThat(room.registries.resolve(name())).isInstanceOf(Outcome.Done.class);
    assertThat(room.registries.resolve(image.config().toString())).isInstanceOf(Outcome.Done.class);
    var key = SigningKey.read(directory.resolve("key.pub"));
    assertThat(room.images.names().origins().get(image.config().toString()))
        .singleElement()
        .satisfies(origin -> assertThat(origin.verdict()).isEqualTo("signed by " + key.name()));
  }

  @Test
  void whatNobodySignedIsRefusedBeforeALayerIsFetched() throws Exception {
    assertRefused(room.pull(name()), "is signed by key sha256:");

    assertThat(registry.requests()).noneMatch(request -> request.contains("/blobs/"));
    assertThat(room.images.list()).isEmpty();
  }

  @Test
  void aSignatureOfAnotherKeyOrOfAnotherImageIsNone() throws Exception {
    sign(KeyPairGenerator.getInstance("EC").generateKeyPair(), image.manifest());
    assertRefused(room.pull(name()), "is signed by key sha256:");

    sign(keys, Digest.of(new byte[] {1}));
    assertRefused(room.pull(name()), "is signed by key sha256:");
  }

  @Test
  void whatIsDeniedNeitherComesNorRuns() throws Exception {
    assertRefused(room.pull(registry.host() + "/bad:1"), "denies images from");

    sign(keys, image.manifest());
    room.pull(name());
    TransferRoom.await(room.images.tag(Caller.ENGINE, name(), registry.host() + "/bad/b:2"));
    assertRefused(room.registries.resolve(registry.host() + "/bad/b:2"), "denies images from");
  }

  @Test
  void aNameOfTheRegistryIsNotEnoughForAnImageFromElsewhere() throws Exception {
    var imported =
        TransferRoom.await(
            room.images.importRoot(
                Caller.ENGINE,
                new java.io.ByteArrayInputStream(new TestTar().file("b", "b", 0644).bytes()),
                Optional.of(registry.host() + "/mine:1"),
                "",
                java.util.List.of(),
                ""));
    assertThat(imported).isInstanceOf(Outcome.Done.class);

    assertRefused(room.registries.resolve(registry.host() + "/mine:1"), "did not come signed");
    TransferRoom.await(room.images.tag(Caller.ENGINE, registry.host() + "/mine:1", "local:1"));
    assertThat(room.registries.resolve("local:1")).isInstanceOf(Outcome.Done.class);
  }

  @Test
  void aPolicyThatCannotBeUnderstoodIsAnErrorAndNotNoPolicy() throws Exception {
    for (var wrong : new String[] {"", "[]", "{}", "{\"default\":\"alow\"}", "{\"x\":1}"}) {
      var file = Files.writeString(directory.resolve("wrong.json"), wrong);
      assertThatThrownBy(() -> SignaturePolicy.read(Optional.of(file)))
          .as(wrong)
          .isInstanceOf(java.io.IOException.class);
    }
  }
}
