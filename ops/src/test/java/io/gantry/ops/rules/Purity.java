package io.gantry.ops.rules;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import java.util.UUID;

/** Decisions are functions: what they see is in their arguments. */
final class Purity {
  private Purity() {}

  static ArchRule lifecyclesTouchNothing(String root) {
    return noClasses()
        .that()
        .resideInAPackage(root + "..lifecycle..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    "akka..",
                    "java.io..",
                    "java.nio..",
                    "java.net..",
                    "java.util.concurrent..",
                    "java.lang.foreign..",
                    "jnr..",
                    "org.slf4j..")
                .as("reach outside"));
  }

  static ArchRule lifecyclesHaveNoClock(String root) {
    return noClasses()
        .that()
        .resideInAPackage(root + "..lifecycle..")
        .should()
        .callMethodWhere(aClock())
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Random.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(InstantSource.class);
  }

  private static DescribedPredicate<JavaCall<?>> aClock() {
    return called(Instant.class, "now")
        .or(called(Clock.class, "systemUTC"))
        .or(called(System.class, "currentTimeMillis"))
        .or(called(System.class, "nanoTime"))
        .or(called(UUID.class, "randomUUID"))
        .as("reads a clock or makes chance");
  }

  private static DescribedPredicate<JavaCall<?>> called(Class<?> type, String method) {
    return target(owner(com.tngtech.archunit.core.domain.JavaClass.Predicates.type(type)))
        .and(target(name(method)));
  }
}
