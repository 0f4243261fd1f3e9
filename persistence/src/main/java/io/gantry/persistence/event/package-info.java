/**
 * What can happen on a host, as values. Past tense, pure data; {@code schema} maps them to
 * protobuf.
 */
@NullMarked
package io.gantry.persistence.event;

import org.jspecify.annotations.NullMarked;
