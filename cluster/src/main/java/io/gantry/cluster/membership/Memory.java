package io.gantry.cluster.membership;

import com.google.protobuf.ByteString;
import io.gantry.cluster.authority.Authority;
import io.gantry.cluster.authority.Credentials;
import io.gantry.cluster.membership.lifecycle.Roster;
import io.gantry.cluster.peer.PeerAddress;
import io.gantry.cluster.peer.Protocol;
import io.gantry.protocol.v1.ClusterFact;
import io.gantry.protocol.v1.ClusterFacts;
import io.gantry.protocol.v1.ClusterMemory;
import io.gantry.protocol.v1.JoinSecret;
import io.gantry.protocol.v1.RosterEntry;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Map;

/** What a host knows of its cluster, ready for use. */
record Memory(
    RosterEntry self,
    Authority authority,
    X509Certificate certificate,
    PrivateKey key,
    Map<String, ClusterFact> facts) {

  static Memory read(ClusterMemory kept) throws GeneralSecurityException {
    return new Memory(
        kept.getSelf(),
        Authority.read(
            kept.getAuthorityCertificate().toByteArray(), kept.getAuthorityKey().toByteArray()),
        Authority.readCertificate(kept.getCertificate().toByteArray()),
        Authority.readKey(kept.getKey().toByteArray()),
        kept.getFacts().getFactsMap());
  }

  ClusterMemory kept() throws GeneralSecurityException {
    return ClusterMemory.newBuilder()
        .setProtocol(Protocol.CURRENT)
        .setClusterId(authority.clusterId())
        .setSelf(self)
        .setAuthorityCertificate(ByteString.copyFrom(authority.certificate().getEncoded()))
        .setAuthorityKey(ByteString.copyFrom(authority.key().getEncoded()))
        .setCertificate(ByteString.copyFrom(certificate.getEncoded()))
        .setKey(ByteString.copyFrom(key.getEncoded()))
        .setFacts(ClusterFacts.newBuilder().putAllFacts(facts))
        .build();
  }

  /** Of a cluster that this host founds. */
  static Memory founded(
      RosterEntry self,
      Authority authority,
      X509Certificate certificate,
      KeyPair keys,
      String secret) {
    return new Memory(
        self,
        authority,
        certificate,
        keys.getPrivate(),
        Map.of(Roster.hostKey(self.getId()), host(self), Roster.TOKEN, token(secret)));
  }

  static ClusterFact host(RosterEntry host) {
    return ClusterFact.newBuilder().setHost(host).build();
  }

  static ClusterFact token(String secret) {
    return ClusterFact.newBuilder().setToken(JoinSecret.newBuilder().setSecret(secret)).build();
  }

  Memory with(Map<String, ClusterFact> newFacts) {
    return new Memory(self, authority, certificate, key, newFacts);
  }

  Memory with(X509Certificate newCertificate, PrivateKey newKey) {
    return new Memory(self, authority, newCertificate, newKey, facts);
  }

  Roster roster() {
    return Roster.of(facts);
  }

  Credentials credentials() {
    return new Credentials(authority.certificate(), certificate, key, roster().revoked());
  }

  PeerAddress address() {
    return addressOf(self);
  }

  static PeerAddress addressOf(RosterEntry host) {
    return PeerAddress.parse(host.getAddress(), 0)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "host %s has the address \"%s\"".formatted(host.getName(), host.getAddress())));
  }

  @Override
  public String toString() {
    return "memory of cluster " + authority.clusterId();
  }
}
