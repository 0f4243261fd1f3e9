/**
 * The promises of the README, kept by a started agent: the distribution of the build runs in
 * directories and a network namespace of its own, clients talk to its sockets, and nothing of it is
 * left afterwards.
 */
@NullMarked
package io.gantry.ops.e2e;

import org.jspecify.annotations.NullMarked;
