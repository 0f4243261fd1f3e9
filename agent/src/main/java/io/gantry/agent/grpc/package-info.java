/**
 * The gRPC edge: translates the services of {@code gantry.v1} to the {@link io.gantry.agent.Engine}
 * port and does nothing else. Start reading at {@link io.gantry.agent.grpc.GrpcApi}.
 */
@NullMarked
package io.gantry.agent.grpc;

import org.jspecify.annotations.NullMarked;
