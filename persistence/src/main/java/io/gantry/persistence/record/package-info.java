/**
 * The record of a host: everything that happened on it, in one order, on disk before it is
 * answered. {@link io.gantry.persistence.record.RecordStore} owns it; actors write to it as their
 * Akka Persistence journal, readers follow it through {@link
 * io.gantry.persistence.record.RecordReader}.
 */
@NullMarked
package io.gantry.persistence.record;

import org.jspecify.annotations.NullMarked;
