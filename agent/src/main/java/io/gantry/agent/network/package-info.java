/**
 * Networks of one host: what they are (recorded), and who holds which address and port (in memory,
 * from the record).
 */
@NullMarked
package io.gantry.agent.network;

import org.jspecify.annotations.NullMarked;
