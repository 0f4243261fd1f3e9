package io.gantry.agent.docker.http;

import akka.stream.SharedKillSwitch;

/**
 * The client's end of one connection.
 *
 * @param principal who it is, as {@link io.gantry.agent.Caller#principal} wants it
 * @param untilGone ends streams that would otherwise wait for something to say: the client has
 *     closed. A hijacked connection is exempt: there the end of its input is the end of stdin
 */
public record Client(String principal, SharedKillSwitch untilGone) {}
