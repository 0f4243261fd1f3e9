package io.gantry.agent.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.protocol.v1.HealthcheckSpec;
import io.gantry.protocol.v1.ImageConfig;
import io.gantry.protocol.v1.StringList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigChangeTest {
  private static ImageConfig apply(String... changes) throws ConfigChange.Invalid {
    return ConfigChange.apply(ImageConfig.getDefaultInstance(), List.of(changes));
  }

  private static StringList list(String... values) {
    return StringList.newBuilder().addAllValues(List.of(values)).build();
  }

  @Test
  void commandsComeInTwoForms() throws Exception {
    assertThat(apply("CMD [\"a\", \"b c\"]").getCmd()).isEqualTo(list("a", "b c"));
    assertThat(apply("cmd a b").getCmd()).isEqualTo(list("/bin/sh", "-c", "a b"));
    assertThat(apply("ENTRYPOINT []").getEntrypoint()).isEqualTo(list());
  }

  @Test
  void environmentIsSetAndReplaced() throws Exception {
    assertThat(apply("ENV A=1 B=\"x y\" C='it''s' D=a\\ b", "ENV A 2 3").getEnvList())
        .containsExactly("A=2 3", "B=x y", "C=its", "D=a b");
  }

  @Test
  void portsAndVolumesAreSets() throws Exception {
    var config =
        apply(
            "EXPOSE 80 53/udp 8000-8002",
            "EXPOSE 80/tcp",
            "VOLUME [\"/a\",\"/b\"]",
            "VOLUME /b /c");

    assertThat(config.getExposedPortsList())
        .containsExactlyInAnyOrder("80/tcp", "53/udp", "8000/tcp", "8001/tcp", "8002/tcp");
    assertThat(config.getVolumesList()).containsExactly("/a", "/b", "/c");
  }

  @Test
  void theRestIsTakenAsItIs() throws Exception {
    assertThat(
            apply(
                "LABEL a=b c=\"d e\"",
                "USER 1000:1000",
                "WORKDIR /srv",
                "WORKDIR app/../web",
                "STOPSIGNAL SIGQUIT",
                "ONBUILD RUN make",
                "HEALTHCHECK --interval=5s --timeout=1m30s --retries=3 CMD [\"true\"]"))
        .isEqualTo(
            ImageConfig.newBuilder()
                .putLabels("a", "b")
                .putLabels("c", "d e")
                .setUser("1000:1000")
                .setWorkingDir("/srv/web")
                .setStopSignal("SIGQUIT")
                .addOnBuild("RUN make")
                .setHealthcheck(
                    HealthcheckSpec.newBuilder()
                        .setTest(list("CMD", "true"))
                        .setIntervalNanos(5_000_000_000L)
                        .setTimeoutNanos(90_000_000_000L)
                        .setRetries(3))
                .build());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FROM x | from is not a valid change command",
        "ENV A | ENV must have two arguments",
        "ENV | ENV requires at least one argument",
        "EXPOSE x | invalid containerPort: x",
        "EXPOSE 9-1 | invalid containerPort: 9-1",
        "HEALTHCHECK FOO | Unknown type \"FOO\" in HEALTHCHECK (try CMD)",
        "HEALTHCHECK --interval=x CMD y | invalid value \"x\" for HEALTHCHECK --interval",
        "SHELL [\"x\"] | shell is not a valid change command",
        "STOPSIGNAL x | Invalid signal: x",
        "ONBUILD FROM x | FROM isn't allowed as an ONBUILD trigger",
        "USER | USER requires exactly one argument",
        "'' | file with no instructions",
        "LABEL a=b c | Syntax error - can't find = in \"c\". Must be of the form: name=value",
      })
  void whatCannotBeIsSaid(String change, String message) {
    assertThatThrownBy(() -> apply(change))
        .isInstanceOf(ConfigChange.Invalid.class)
        .hasMessage(message);
  }
}
