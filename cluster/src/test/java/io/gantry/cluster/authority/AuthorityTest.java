package io.gantry.cluster.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.Test;

class AuthorityTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Instant NOW = Instant.now();
  private static final Duration DAY = Duration.ofDays(1);
  private final Authority authority = Authority.found("c1", NOW, RANDOM);
  private final List<String> refused = new ArrayList<>();

  private static X509Certificate host(Authority authority, String id, Instant from)
      throws GeneralSecurityException {
    return authority.certify(id, Authority.newKeys().getPublic(), from, DAY, RANDOM);
  }

  private X509ExtendedTrustManager trust(Set<String> revoked) throws GeneralSecurityException {
    var keys = Authority.newKeys();
    var own = authority.certify("me", keys.getPublic(), NOW, DAY, RANDOM);
    var credentials = new Credentials(authority.certificate(), own, keys.getPrivate(), revoked);
    return new PeerTrust(() -> credentials, (_, reason) -> refused.add(reason));
  }

  @Test
  void aHostsCertificateNamesItAndItsCluster() throws GeneralSecurityException {
    var certificate = host(authority, "h1", NOW);
    assertThat(HostName.of(certificate)).isEqualTo(new HostName("h1", "c1"));
    assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
    assertThat(authority.certificate().getBasicConstraints()).isNotNegative();
    assertThat(authority.clusterId()).isEqualTo("c1");
  }

  @Test
  void whatIsKeptOfAnAuthorityCertifiesAgain() throws GeneralSecurityException {
    var kept = Authority.read(authority.certificate().getEncoded(), authority.key().getEncoded());
    trust(Set.of()).checkClientTrusted(chain(host(kept, "h1", NOW)), "EC");
    assertThat(refused).isEmpty();
  }

  @Test
  void aKeyOfAnotherAuthorityIsNoticed() {
    var other = Authority.found("c1", NOW, RANDOM);
    assertThatThrownBy(
            () -> Authority.read(authority.certificate().getEncoded(), other.key().getEncoded()))
        .hasMessage("the authority's key is not its certificate's");
  }

  @Test
  void hostsOfAnotherAuthorityAreRefused() throws GeneralSecurityException {
    var stranger = host(Authority.found("c1", NOW, RANDOM), "h1", NOW);
    var trust = trust(Set.of());
    assertThatThrownBy(() -> trust.checkClientTrusted(chain(stranger), "EC"));
    assertThat(refused)
        .containsExactly(
            "certificate of CN=h1,O=c1: the cluster's authority does not vouch for it");
  }

  @Test
  void aHostCannotVouchForOthers() throws GeneralSecurityException {
    var keys = Authority.newKeys();
    var between = authority.certify("h1", keys.getPublic(), NOW, DAY, RANDOM);
    var forged = host(new Authority(between, keys.getPrivate()), "h2", NOW);
    var trust = trust(Set.of());
    assertThatThrownBy(
        () -> trust.checkClientTrusted(new X509Certificate[] {forged, between}, "EC"));
  }

  @Test
  void expiredCertificatesAreRefused() throws GeneralSecurityException {
    var old = host(authority, "h1", NOW.minus(Duration.ofDays(2)));
    var trust = trust(Set.of());
    assertThatThrownBy(() -> trust.checkServerTrusted(chain(old), "EC"));
    assertThat(refused).singleElement().asString().contains("NotAfter");
  }

  @Test
  void hostsThatWereStruckOffAreRefused() throws GeneralSecurityException {
    var certificate = host(authority, "h1", NOW);
    var trust = trust(Set.of("h1"));
    assertThatThrownBy(() -> trust.checkClientTrusted(chain(certificate), "EC"))
        .hasMessageContaining("host h1 does not belong to the cluster any more");
  }

  @Test
  void firstContactBelievesTheAuthorityOfTheTokenOnly() throws GeneralSecurityException {
    var other = Authority.found("c1", NOW, RANDOM);
    var chain = new X509Certificate[] {host(authority, "h1", NOW), authority.certificate()};
    assertThat(FirstContact.wrong(chain, authority.fingerprint())).isEmpty();
    assertThat(FirstContact.wrong(chain, other.fingerprint()))
        .contains("it does not belong to the cluster of this token");
    chain[0] = host(other, "h1", NOW);
    assertThat(FirstContact.wrong(chain, authority.fingerprint())).isPresent();
  }

  @Test
  void renewalIsDueWhenAThirdOfTheTimeIsLeft() throws GeneralSecurityException {
    var keys = Authority.newKeys();
    var own = authority.certify("me", keys.getPublic(), NOW, DAY, RANDOM);
    var credentials = new Credentials(authority.certificate(), own, keys.getPrivate(), Set.of());
    assertThat(credentials.renewalDue(NOW.plus(Duration.ofHours(15)), DAY)).isFalse();
    assertThat(credentials.renewalDue(NOW.plus(Duration.ofHours(17)), DAY)).isTrue();
  }

  private X509Certificate[] chain(X509Certificate certificate) {
    return new X509Certificate[] {certificate};
  }
}
