package io.gantry.agent.docker.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.protocol.v1.Image;
import io.gantry.protocol.v1.ImageHistory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LastStepTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "|2 a=1 b=2 /bin/sh -c echo $a; |2,a=1,b=2,/bin/sh,-c,echo $a",
        "/bin/sh -c make all; /bin/sh,-c,make all",
        "/bin/sh -c #(nop)  CMD [\"top\"]; /bin/sh,-c,#(nop) ,CMD [\"top\"]",
        "Imported from -; own",
        "|1 a=1; own",
        "''; own"
      })
  void theLastLineOfTheHistoryTellsTheCommand(String createdBy, String command) {
    var image = Image.newBuilder().addHistory(ImageHistory.newBuilder().setCreatedBy(createdBy));
    image.getConfigBuilder().getCmdBuilder().addValues("own");
    assertThat(String.join(",", LastStep.config(image.build()).getCmd().getValuesList()))
        .isEqualTo(command);
  }
}
