/**
 * HTTP/1.1 with Docker's hijacked connections over unix sockets and TCP: Akka HTTP's server layer
 * over a bridge of our own (decision 0003), which large bodies go around.
 */
@NullMarked
package io.gantry.agent.docker.http;

import org.jspecify.annotations.NullMarked;
