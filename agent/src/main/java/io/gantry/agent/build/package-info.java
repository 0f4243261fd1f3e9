/**
 * Builds of images from Dockerfiles. {@code LocalBuilds} is the way in; {@code BuildActor} records
 * one build; {@code BuildRun} carries it out on threads of its own: stages as they depend on each
 * other, each step either found in the {@code BuildCache} or made, as a container (RUN) or by
 * writing into a fresh layer (COPY, ADD, WORKDIR).
 */
@NullMarked
package io.gantry.agent.build;

import org.jspecify.annotations.NullMarked;
