package io.gantry.cluster.peer;

import akka.remote.artery.tcp.SSLEngineProvider;
import io.gantry.cluster.authority.PeerTls;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import scala.Option;

/** Artery's connections, with the same certificates as all others between hosts. */
final class ArteryTls implements SSLEngineProvider {
  private final PeerTls tls;

  ArteryTls(PeerTls tls) {
    this.tls = tls;
  }

  @Override
  public SSLEngine createServerSSLEngine(String hostname, int port) {
    var engine = tls.context().createSSLEngine();
    engine.setUseClientMode(false);
    // Wanted, not needed: so it is us who turn away a stranger, and know of it.
    engine.setWantClientAuth(true);
    return engine;
  }

  @Override
  public SSLEngine createClientSSLEngine(String hostname, int port) {
    return PeerTls.client(tls.context(), hostname, port);
  }

  @Override
  public Option<Throwable> verifyServerSession(String hostname, SSLSession session) {
    try {
      session.getPeerCertificates();
      return Option.empty();
    } catch (SSLPeerUnverifiedException stranger) {
      tls.refusals().refused("", "it showed no certificate");
      return Option.apply(stranger);
    }
  }

  @Override
  public Option<Throwable> verifyClientSession(String hostname, SSLSession session) {
    return Option.empty();
  }
}
