package io.gantry.cluster.authority;

import io.gantry.agent.socket.NativeCiphers;
import io.gantry.agent.socket.ServerTls;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;

/**
 * Mutual TLS between the hosts of a cluster, as server and as client, for gRPC and for Artery. New
 * credentials hold from the next handshake on; connections that are open stay.
 */
public final class PeerTls implements ServerTls {
  // A session that is taken up again is not checked again.
  private static final int SESSION_SECONDS = 60;

  /** Every peer has it. */
  private static final String CHACHA = "TLS_CHACHA20_POLY1305_SHA256";

  private static final String AES = "TLS_AES_256_GCM_SHA384";

  private final AtomicReference<Credentials> credentials;
  private final Refusals refusals;
  private final SSLContext context;

  public PeerTls(Credentials first, Refusals refusals) throws GeneralSecurityException {
    this.credentials = new AtomicReference<>(first);
    this.refusals = refusals;
    NativeCiphers.load();
    this.context = SSLContext.getInstance("TLSv1.3");
    context.init(
        new KeyManager[] {new PeerKeys(credentials::get)},
        new TrustManager[] {new PeerTrust(credentials::get, refusals)},
        new SecureRandom());
    context.getServerSessionContext().setSessionTimeout(SESSION_SECONDS);
    context.getClientSessionContext().setSessionTimeout(SESSION_SECONDS);
  }

  /** For calls to another host: who calls says which cipher it is. */
  public static SSLEngine client(SSLContext context, String host, int port) {
    var engine = context.createSSLEngine(host, port);
    engine.setUseClientMode(true);
    engine.setEnabledCipherSuites(
        NativeCiphers.load() ? new String[] {AES, CHACHA} : new String[] {CHACHA});
    return engine;
  }

  public void use(Credentials next) {
    credentials.set(next);
  }

  public Credentials credentials() {
    return Objects.requireNonNull(credentials.get());
  }

  public Refusals refusals() {
    return refusals;
  }

  @Override
  public SSLContext context() {
    return context;
  }

  /** A host that wants to join has none yet. What it may ask for the door decides. */
  @Override
  public boolean certificateNeeded() {
    return false;
  }
}
