package io.gantry.agent.socket;

import java.io.IOException;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;

/** TLS of a server that knows its clients by their certificates. */
public interface ServerTls {
  /** Asked once, when the server binds; whose certificates change meanwhile knows how. */
  SSLContext context() throws IOException, GeneralSecurityException;

  /**
   * Whether a client without a certificate is turned away. Where it is not, its principal is {@link
   * #STRANGER} and its address, and what it may do is for others to say.
   */
  default boolean certificateNeeded() {
    return true;
  }

  /** What the principal of a client without a certificate begins with. */
  String STRANGER = "stranger:";
}
