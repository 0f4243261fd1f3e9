package io.gantry.ops.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** A small house that breaks every rule once: each rule must find its offender, and nobody else. */
class BrokenHouseTest {
  private static final String ROOT = "io.gantry.ops.rules.broken";
  private static final JavaClasses HOUSE = new ClassFileImporter().importPackages(ROOT);

  @Test
  void anArrowThatPointsUpIsFound() {
    assertFinds(new House(ROOT).modules(), "persistence.LooksUp");
  }

  @Test
  void aCommandLineThatReachesIntoTheAgentIsFound() {
    assertFinds(new House(ROOT).commandLine(), "cli.ReachesIn");
  }

  @Test
  void anEdgeThatReachesBehindThePublicPackageIsFound() {
    assertFinds(new House(ROOT).edges(), "agent.docker.ReachesBehind");
  }

  @Test
  void aNativeCallOutsideTheKernelPackageIsFound() {
    assertFinds(new House(ROOT).kernel(), "agent.volume.CallsNative");
  }

  @Test
  void aDecisionThatReadsAFileIsFound() {
    assertFinds(Purity.lifecyclesTouchNothing(ROOT), "agent.volume.lifecycle.ReadsFile");
  }

  @Test
  void aDecisionThatReadsAClockIsFound() {
    assertFinds(Purity.lifecyclesHaveNoClock(ROOT), "agent.volume.lifecycle.ReadsClock");
  }

  @Test
  void anActorThatWaitsIsFound() {
    assertFinds(Actors.doNotBlock(ROOT), "agent.volume.WaitingActor");
  }

  private static void assertFinds(ArchRule rule, String offender) {
    var found = rule.evaluate(HOUSE).getFailureReport().getDetails();
    assertThat(found).isNotEmpty().allMatch(detail -> detail.contains(ROOT + "." + offender));
  }
}
