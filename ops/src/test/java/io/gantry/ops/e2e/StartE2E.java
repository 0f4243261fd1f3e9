package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What gantryd says, and ends with, when it cannot be what it was asked to be. */
@Tag("host")
class StartE2E {
  private TempHost host;

  @BeforeEach
  void makeHost() {
    host = TempHost.create();
  }

  @AfterEach
  void removeHost() {
    host.close();
  }

  @Test
  void aSettingThatIsNoneIsNamed() throws IOException {
    var settings = host.directory().resolve("gantry.conf");
    Files.writeString(settings, "gantry.registries = none");
    var ended = gantryd("--config", settings.toString());
    assertThat(ended.exit()).isEqualTo(1);
    assertThat(ended.err()).contains("gantryd: cannot start: ").contains("registries");
  }

  @Test
  void aRuntimeThatIsNotThereIsNamed() {
    var ended = gantryd("--runtime", "/no/such/runtime");
    assertThat(ended.exit()).isEqualTo(1);
    assertThat(ended.err()).contains("gantryd: cannot start: ").contains("/no/such/runtime");
  }

  @Test
  void anOpenAddressWithoutCertificatesIsRefused() {
    var ended = gantryd("--docker", "tcp://0.0.0.0:23750");
    assertThat(ended.exit()).isEqualTo(1);
    assertThat(ended.err()).contains("gantryd: cannot start: ").contains("0.0.0.0");
  }

  @Test
  void certificatesThatAreNotAllGivenAreMisuse() {
    var ended = gantryd("--docker", "tcp://127.0.0.1:23750", "--tls-ca", "/ca.pem");
    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.err()).contains("--tls-cert").contains("--tls-key");
  }

  @Test
  void aFlagThatIsNoneIsMisuse() {
    var ended = gantryd("--no-such-flag");
    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.err()).contains("--no-such-flag");
  }

  private Command.Result gantryd(String... flags) {
    var own =
        List.of(
            AgentProcess.DISTRIBUTION.resolve("bin/gantryd").toString(),
            "--state-dir",
            host.state().toString(),
            "--run-dir",
            host.run().toString());
    return Command.run(host.inNetwork(Stream.concat(own.stream(), Stream.of(flags)).toList()));
  }
}
