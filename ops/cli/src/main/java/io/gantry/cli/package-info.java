/**
 * The command line {@code gantry}: a gRPC client, one command a file. Start reading at {@link
 * io.gantry.cli.Gantry}, then {@link io.gantry.cli.Commands} and {@link io.gantry.cli.RunCommand}.
 */
@NullMarked
package io.gantry.cli;

import org.jspecify.annotations.NullMarked;
