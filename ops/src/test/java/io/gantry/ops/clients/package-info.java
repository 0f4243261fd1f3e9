/**
 * What programs do with client libraries of other projects. The scenarios are ordinary tests of
 * such a program; {@code ClientsE2E} runs them in a process of their own, beside an agent.
 */
@NullMarked
package io.gantry.ops.clients;

import org.jspecify.annotations.NullMarked;
