/**
 * The Dockerfile language (docs.docker.com/reference/dockerfile): from bytes of strangers to
 * instructions, variables, and the patterns of {@code .dockerignore}. Pure: no clock, no disk, no
 * image. Everything is bounded: the size of a file, of a line, of what a variable expands to.
 */
@NullMarked
package io.gantry.agent.build.language;

import org.jspecify.annotations.NullMarked;
