package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Pull, push and login as typed at a docker command line, against Debian's registry. */
@Tag("host")
class RegistryE2E {
  private static final String ELSEWHERE = "192.0.2.7:5443";
  private static final int SEVERAL_PIECES = 40_000_000;

  private TempHost host;
  private AgentProcess agent;

  @BeforeEach
  void start() throws IOException {
    assumeTrue(DockerCli.installed(), "docker's command line is not installed");
    assumeTrue(DebianRegistry.installed(), "docker-registry is not installed");
    host = TempHost.create();
    var certificates = Files.createDirectories(host.directory().resolve("certs.d"));
    var config = host.directory().resolve("gantry.conf");
    Files.writeString(config, "gantry.registries.certificates = [\"%s\"]".formatted(certificates));
    agent = AgentProcess.start(host, "--config", config.toString());
    Busybox.importInto(host);
  }

  @AfterEach
  void stop() {
    try (var _ = host;
        var _ = agent) {
      // Closed in this order: the agent, then its host.
    }
  }

  private DockerCli docker() {
    return new DockerCli(host);
  }

  private String docker(String... words) {
    return docker().run(words).succeeded();
  }

  @Test
  void whatIsPushedIsPulledAndRunsAndSkopeoAgreesOnTheDigest() throws Exception {
    try (var registry = DebianRegistry.start(host, "127.0.0.1:5000")) {
      var name = registry.address() + "/a/busybox:1";
      docker("tag", Busybox.IMAGE, name);

      var pushed = docker("push", name);
      var digest = pushed.replaceAll("(?s).*digest: (sha256:[0-9a-f]{64}).*", "$1");
      assertThat(pushed).contains("Pushed");
      assertThat(docker("push", name)).contains("Layer already exists").contains(digest);
      docker("tag", Busybox.IMAGE, registry.address() + "/other:2");
      assertThat(docker("push", registry.address() + "/other:2"))
          .contains("Mounted from a/busybox")
          .contains(digest);
      docker("rmi", Busybox.IMAGE, name, registry.address() + "/other:2");

      assertThat(docker("pull", name))
          .contains("Pull complete")
          .contains("Digest: " + digest)
          .contains("Status: Downloaded newer image for " + name);
      assertThat(docker("pull", name)).contains("Status: Image is up to date for " + name);
      assertThat(docker("run", "--rm", name, "echo", "it runs")).isEqualTo("it runs\n");
      assertThat(docker("images", "--digests")).contains(digest);
      assertThat(docker("pull", registry.address() + "/a/busybox@" + digest)).contains(digest);
      var missing = docker().run("pull", registry.address() + "/a/busybox:9");
      assertThat(missing.err())
          .isEqualTo(
              "Error response from daemon: manifest for %s/a/busybox:9 not found: manifest unknown: manifest unknown\n"
                  .formatted(registry.address()));
      if (Files.isExecutable(java.nio.file.Path.of("/usr/bin/skopeo"))) {
        var seen =
            Command.run(
                    host.inNetwork(
                        List.of("skopeo", "inspect", "--tls-verify=false", "docker://" + name)))
                .succeeded();
        assertThat(seen).contains("\"Digest\": \"" + digest + "\"");
      }
    }
  }

  @Test
  void aRegistryThatAsksForAPasswordGetsTheOneOfTheLogin() throws Exception {
    var passwords = host.directory().resolve("htpasswd");
    // "secret" of user "u", hashed once.
    Files.writeString(
        passwords, Command.run(List.of("htpasswd", "-nbB", "u", "secret")).succeeded());
    var auth = "auth: {htpasswd: {realm: test, path: %s}}".formatted(passwords);
    try (var registry = DebianRegistry.start(host, "127.0.0.1:5001", auth)) {
      var name = registry.address() + "/private:1";
      docker("tag", Busybox.IMAGE, name);
      var config = host.directory().resolve("cli").toString();

      assertThat(docker().run("push", name).err()).contains("no basic auth credentials");
      var wrong =
          docker()
              .runWithInput(
                  "wrong",
                  "--config",
                  config,
                  "login",
                  "-u",
                  "u",
                  "--password-stdin",
                  registry.address());
      assertThat(wrong.err())
          .contains(
              "login attempt to http://%s/v2/ failed with status: 401 Unauthorized"
                  .formatted(registry.address()));
      var right =
          docker()
              .runWithInput(
                  "secret",
                  "--config",
                  config,
                  "login",
                  "-u",
                  "u",
                  "--password-stdin",
                  registry.address());
      assertThat(right.succeeded()).contains("Login Succeeded");
      docker("--config", config, "push", name);
      docker("rmi", name);
      assertThat(docker("--config", config, "pull", name)).contains("Status: Downloaded newer");
    }
  }

  @Test
  void aRegistryElsewhereNeedsACertificateThatIsTrusted() throws Exception {
    var certificate = host.directory().resolve("registry.crt");
    var key = host.directory().resolve("registry.key");
    Command.run(
            List.of(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=registry",
                "-addext",
                "subjectAltName=IP:192.0.2.7",
                "-keyout",
                key.toString(),
                "-out",
                certificate.toString()))
        .succeeded();
    Command.run(host.inNetwork(List.of("ip", "addr", "add", "192.0.2.7/32", "dev", "lo")))
        .succeeded();
    var http =
        "http: {addr: \"%s\", tls: {certificate: %s, key: %s}}"
            .formatted(ELSEWHERE, certificate, key);
    try (var registry = DebianRegistry.start(host, ELSEWHERE, http)) {
      var name = registry.address() + "/a:1";
      docker("tag", Busybox.IMAGE, name);

      assertThat(docker().run("push", name).err())
          .contains("x509: certificate signed by unknown authority");

      var directory =
          Files.createDirectories(host.directory().resolve("certs.d").resolve(ELSEWHERE));
      Files.copy(certificate, directory.resolve("ca.crt"));
      agent.terminate();
      agent =
          AgentProcess.start(host, "--config", host.directory().resolve("gantry.conf").toString());
      assertThat(docker("push", name)).contains("digest: sha256:");
    }
  }

  @Test
  void aPullGoesOnByItselfWhenTheAgentIsKilledAndStartedAgain() throws Exception {
    try (var registry = DebianRegistry.start(host, "127.0.0.1:5000")) {
      var name = registry.address() + "/large:1";
      var root = host.directory().resolve("large");
      Files.createDirectories(root);
      var bytes = new byte[SEVERAL_PIECES];
      new Random(1).nextBytes(bytes);
      Files.write(root.resolve("noise"), bytes);
      var tar = host.directory().resolve("large.tar");
      Command.run(List.of("tar", "-C", root.toString(), "-cf", tar.toString(), ".")).succeeded();
      docker("import", tar.toString(), name);
      docker("push", "-q", name);
      docker("rmi", name);

      var pull = docker().start("pull", name);
      Eventually.holds(
          RunningAgent.SOON,
          () ->
              assertThat(host.state().resolve("content/arrivals"))
                  .isDirectoryContaining(file -> file.toFile().length() > 0));
      agent.kill();
      pull.waitFor();
      agent = AgentProcess.start(host);

      Eventually.holds(
          RunningAgent.SOON, () -> assertThat(docker("images", "-q", name)).isNotBlank());
      docker("pull", name);
      host.doctor().succeeded();
    }
  }
}
