package io.gantry.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.ImageConfig;
import io.gantry.protocol.v1.ProcessSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SpecMergeTest {
  @Test
  void aVariableWithoutAValueTakesTheImagesAwayAndStaysToBeSeen() {
    var asked =
        ContainerSpec.newBuilder()
            .setProcess(ProcessSpec.newBuilder().addAllEnv(List.of("GONE", "A=1", "NEVER")))
            .build();
    var image = ImageConfig.newBuilder().addAllEnv(List.of("A=0", "GONE=x", "B=2")).build();
    assertThat(SpecMerge.merge(asked, image).getProcess().getEnvList())
        .containsExactly("GONE", "A=1", "NEVER", "B=2");
  }
}
