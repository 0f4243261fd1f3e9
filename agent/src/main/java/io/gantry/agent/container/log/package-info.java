/**
 * Reading what containers wrote: the monitor's log files as batches of lines, from any line on, and
 * on as they are written.
 */
@NullMarked
package io.gantry.agent.container.log;

import org.jspecify.annotations.NullMarked;
