package io.gantry.agent.docker.http;

import akka.stream.SharedKillSwitch;

/**
 * The client's end of one connection.
 *
 * @param principal who it is: "unix:uid=0,gid=0,user=root" or "tls:CN=…" or "tcp:127.0.0.1"
 * @param untilGone ends streams that would otherwise wait for something to say: the client has
 *     closed. A hijacked connection is exempt: there the end of its input is the end of stdin
 */
public record Connection(String principal, SharedKillSwitch untilGone) {}
