/**
 * The one place that knows both the events as values and their durable form, {@code
 * gantry/v1/journal.proto}. Total in both directions: a new event record does not compile until it
 * is mapped, an entry that cannot be read is an error.
 */
@NullMarked
package io.gantry.persistence.schema;

import org.jspecify.annotations.NullMarked;
