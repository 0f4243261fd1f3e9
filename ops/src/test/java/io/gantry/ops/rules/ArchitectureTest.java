package io.gantry.ops.rules;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The project keeps its own rules. That each rule can fail is shown by {@link BrokenHouseTest}. */
class ArchitectureTest {
  private static final String ROOT = "io.gantry";

  /** A module's tests that another module's use: no directory of test classes once packed. */
  private static final String PACKED_TESTS = "-tests.jar";

  private static final JavaClasses PROJECT =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains(PACKED_TESTS))
          .importPackages(ROOT);

  @Test
  void modulesSeeOnlyThoseBelowThem() {
    new House(ROOT).modules().check(PROJECT);
  }

  @Test
  void theCommandLineKnowsThePublicMessagesOnly() {
    new House(ROOT).commandLine().allowEmptyShould(true).check(PROJECT);
  }

  @Test
  void theEdgesUseTheAgentsPublicPackageOnly() {
    new House(ROOT).edges().allowEmptyShould(true).check(PROJECT);
  }

  @Test
  void nativeCallsHaveOneHome() {
    new House(ROOT).kernel().check(PROJECT);
  }

  @Test
  void decisionsTouchNothingOutsideTheirArguments() {
    Purity.lifecyclesTouchNothing(ROOT).allowEmptyShould(true).check(PROJECT);
  }

  @Test
  void decisionsReadNoClock() {
    Purity.lifecyclesHaveNoClock(ROOT).allowEmptyShould(true).check(PROJECT);
  }

  @Test
  void classesThatMakeBehaviorsDoNotBlock() {
    Actors.doNotBlock(ROOT).allowEmptyShould(true).check(PROJECT);
  }
}
