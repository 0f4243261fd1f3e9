package io.gantry.agent.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.build.Plan.Planned;
import io.gantry.agent.build.language.Dockerfile;
import io.gantry.agent.build.language.SyntaxError;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTest {
  private static final String FILE =
      """
      FROM base AS one
      RUN a
      FROM base AS unused
      RUN b
      FROM one AS two
      RUN c
      FROM base
      COPY --from=two /x /x
      COPY --from=0 /y /y
      COPY --from=alpine /z /z
      RUN --mount=type=bind,from=one,target=/m d
      """;

  private static Plan plan(String text, String target) throws SyntaxError, BuildFailed {
    var file = Dockerfile.parse(text);
    var bases = file.stages().stream().map(stage -> stage.from().image()).toList();
    return Plan.of(file, bases.stream().map(base -> new Base(base, "")).toList(), target, 0);
  }

  @Test
  void stagesThatNothingNeedsAreLeftOut() throws Exception {
    var plan = plan(FILE, "");
    assertThat(plan.stages()).extracting(Planned::index).containsExactly(0, 2, 3);
    assertThat(plan.steps()).isEqualTo(2 + 2 + 5);
    assertThat(plan.stages()).extracting(Planned::first).containsExactly(1, 3, 5);
  }

  @Test
  void aStageWaitsForWhatItStandsOnAndTakesFrom() throws Exception {
    var plan = plan(FILE, "");
    assertThat(plan.stages())
        .extracting(Planned::waitsFor)
        .containsExactly(List.of(), List.of(0), List.of(0, 2));
    assertThat(plan.stages().get(1).base()).contains(0);
    assertThat(plan.stages().getLast().base()).isEmpty();
  }

  @Test
  void argumentsBeforeTheFirstStageAreSteps() throws Exception {
    var plan = plan("ARG A\nARG B=1 C\nFROM base\nRUN a\n", "");
    assertThat(plan.steps()).isEqualTo(4);
    assertThat(plan.stages().getFirst().first()).isEqualTo(3);
  }

  @Test
  void aStageCannotTakeFromItselfFromALaterOneOrUnderAnotherOnesName() {
    assertThatThrownBy(() -> plan("FROM base\nCOPY --from=0 /x /x\n", ""))
        .hasMessage("invalid from flag value 0: refers to current build stage");
    assertThatThrownBy(() -> plan("FROM base\nCOPY --from=1 /x /x\nFROM base\n", ""))
        .hasMessage("invalid from flag value 1: index out of bounds");
    assertThatThrownBy(() -> plan("FROM base AS a\nFROM base AS A\n", ""))
        .hasMessage("a stage name already used");
  }

  @Test
  void aTargetIsANameOrANumber() throws Exception {
    assertThat(plan(FILE, "TWO").stages()).extracting(Planned::index).containsExactly(0, 2);
    assertThat(plan(FILE, "1").stages()).extracting(Planned::index).containsExactly(1);
    assertThatThrownBy(() -> plan(FILE, "three"))
        .hasMessage("failed to reach build target three in Dockerfile");
  }

  @Test
  void aStageNamesNoLaterOne() throws Exception {
    var plan =
        plan(
            "FROM base\nCOPY --from=late /a /b\nFROM x AS late\nFROM base\nCOPY --from=0 /c /c\n",
            "");
    assertThat(plan.stages()).extracting(Planned::index).containsExactly(0, 2);
  }
}
