package io.gantry.agent;

/**
 * Who asks.
 *
 * @param requestId names the request in the record and in the log
 * @param principal "unix:uid=0,gid=0", "tls:CN=…", or "gantry" for the engine itself
 */
public record Caller(String requestId, String principal) {
  public static final Caller ENGINE = new Caller("", "gantry");
}
