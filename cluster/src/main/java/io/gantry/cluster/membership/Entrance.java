package io.gantry.cluster.membership;

import com.google.protobuf.ByteString;
import io.gantry.agent.Outcome;
import io.gantry.cluster.authority.Authority;
import io.gantry.cluster.authority.FirstContact;
import io.gantry.cluster.authority.JoinToken;
import io.gantry.cluster.peer.PeerAddress;
import io.gantry.cluster.peer.PeerChannel;
import io.gantry.cluster.peer.Protocol;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.Release;
import io.gantry.protocol.v1.EnterRequest;
import io.gantry.protocol.v1.EnterResponse;
import io.gantry.protocol.v1.RosterEntry;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** How a host comes by its first certificate: as the founder of a cluster, or by a token. Waits. */
final class Entrance {
  private Entrance() {}

  static Memory found(Surroundings at, RosterEntry self) throws GeneralSecurityException {
    var now = at.clock().instant();
    var authority = Authority.found(UUID.randomUUID().toString(), now, at.random());
    var keys = Authority.newKeys();
    var certificate =
        authority.certify(
            self.getId(), keys.getPublic(), now, at.settings().certificateLifetime(), at.random());
    return Memory.founded(self, authority, certificate, keys, JoinToken.newSecret(at.random()));
  }

  static Outcome<Memory> knock(
      Surroundings at, RosterEntry self, PeerAddress remote, JoinToken token)
      throws GeneralSecurityException {
    var keys = Authority.newKeys();
    var request =
        EnterRequest.newBuilder()
            .setProtocol(Protocol.CURRENT)
            .setSecret(token.secret())
            .setHost(self)
            .setPublicKey(ByteString.copyFrom(keys.getPublic().getEncoded()))
            .setGantryVersion(Release.VERSION)
            .build();
    var timeout = at.settings().peerTimeout();
    try (var channel = PeerChannel.to(at.system(), remote, FirstContact.context(token), timeout)) {
      var response =
          channel
              .call(PeerMethods.ENTER, request)
              .toCompletableFuture()
              .orTimeout(timeout.multipliedBy(3).toMillis(), TimeUnit.MILLISECONDS)
              .join();
      return entered(self, keys, response);
    } catch (CompletionException failed) {
      return refusal(remote, failed.getCause() == null ? failed : failed.getCause());
    }
  }

  private static Outcome<Memory> entered(RosterEntry self, KeyPair keys, EnterResponse response)
      throws GeneralSecurityException {
    if (!Protocol.understands(response.getProtocol())) {
      return Outcome.refused(
          ErrorKind.CONFLICT,
          "the cluster speaks protocol %d, and the oldest understood here is %d"
              .formatted(response.getProtocol(), Protocol.OLDEST));
    }
    var authority =
        Authority.read(
            response.getAuthorityCertificate().toByteArray(),
            response.getAuthorityKey().toByteArray());
    var certificate = Authority.readCertificate(response.getCertificate().toByteArray());
    return Outcome.done(
        new Memory(
            self, authority, certificate, keys.getPrivate(), response.getFacts().getFactsMap()));
  }

  private static <T> Outcome<T> refusal(PeerAddress remote, Throwable cause) {
    if (cause instanceof StatusRuntimeException refused
        && refused.getStatus().getCode() != Status.Code.UNKNOWN) {
      return Outcome.refused(
          kind(refused.getStatus()),
          "%s does not let this host in: %s".formatted(remote, said(refused.getStatus())));
    }
    var text = cause.getMessage() == null ? "it does not answer" : cause.getMessage();
    return text.contains("does not belong to the cluster of this token")
        ? Outcome.refused(
            ErrorKind.UNAUTHENTICATED,
            "%s does not belong to the cluster of this token".formatted(remote))
        : Outcome.refused(
            ErrorKind.UNAVAILABLE, "cannot join through %s: %s".formatted(remote, text));
  }

  /** The client of gRPC adds lines of its own. */
  private static String said(Status status) {
    return String.valueOf(status.getDescription()).lines().findFirst().orElse("it refused");
  }

  private static ErrorKind kind(Status status) {
    for (var kind : ErrorKind.values()) {
      if (kind.grpcStatus() == status.getCode().value()) {
        return kind;
      }
    }
    return ErrorKind.INTERNAL;
  }
}
