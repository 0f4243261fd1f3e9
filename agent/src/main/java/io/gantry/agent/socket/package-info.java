/**
 * Listening sockets of the edges, unix and TCP, as Akka streams: one bridge for the Docker and the
 * gRPC API.
 *
 * <p>Akka HTTP cannot listen on a unix socket and loses half-closed connections on TCP, so the
 * accept loop and the two blocking directions of a connection run on virtual threads here, and
 * {@link io.gantry.agent.socket.ConnectionFlow} joins them with a flow of bytes.
 */
@NullMarked
package io.gantry.agent.socket;

import org.jspecify.annotations.NullMarked;
