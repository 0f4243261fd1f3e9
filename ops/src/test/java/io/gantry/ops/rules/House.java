package io.gantry.ops.rules;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.lang.ArchRule;

/**
 * The arrows between the rooms of the house.
 *
 * @param root the package they are below: the project's, or that of a fixture which breaks them
 */
record House(String root) {
  /** Modules see only those below them. */
  ArchRule modules() {
    return layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .withOptionalLayers(true)
        .layer("protocol")
        .definedBy(below("protocol"))
        .layer("persistence")
        .definedBy(below("persistence"))
        .layer("agent")
        .definedBy(below("agent"))
        .layer("cluster")
        .definedBy(below("cluster"))
        .layer("ops")
        .definedBy(below("ops"))
        .layer("cli")
        .definedBy(below("cli"))
        .whereLayer("ops")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("cli")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("cluster")
        .mayOnlyBeAccessedByLayers("ops")
        .whereLayer("agent")
        .mayOnlyBeAccessedByLayers("cluster", "ops")
        .whereLayer("persistence")
        .mayOnlyBeAccessedByLayers("agent", "cluster", "ops");
  }

  /** The command line is a client like any other: it knows the public messages only. */
  ArchRule commandLine() {
    return noClasses()
        .that()
        .resideInAPackage(below("cli"))
        .should()
        .dependOnClassesThat(
            resideInAPackage(root + "..")
                .and(resideOutsideOfPackages(below("cli"), below("protocol")))
                .as("are ours and neither the command line nor protocol"));
  }

  /**
   * The edges translate: they use the agent's public package and no room behind it. How bytes come
   * over a socket and from an address is no room.
   */
  ArchRule edges() {
    return noClasses()
        .that()
        .resideInAnyPackage(below("agent.docker"), below("agent.grpc"))
        .should()
        .dependOnClassesThat(
            resideInAPackage(root + "..")
                .and(
                    resideOutsideOfPackages(
                        below("agent.docker"),
                        below("agent.grpc"),
                        below("agent.socket"),
                        below("agent.fetch"),
                        root + ".agent",
                        below("protocol"),
                        below("persistence.event"),
                        below("persistence.schema"),
                        below("persistence.record")))
                .as("are behind the agent's public package"));
  }

  /** Native calls have one home. */
  ArchRule kernel() {
    return noClasses()
        .that()
        .resideInAPackage(root + "..")
        .and()
        .resideOutsideOfPackage(below("agent.host.kernel"))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("java.lang.foreign..", "jnr..").as("call native code"));
  }

  private String below(String room) {
    return root + "." + room + "..";
  }
}
