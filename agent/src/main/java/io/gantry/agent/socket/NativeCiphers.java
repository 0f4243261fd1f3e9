package io.gantry.agent.socket;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.Security;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ciphers of TLS by a native library, where it has one for this processor. The agent's compiler
 * does not know a processor's instructions for AES: TLS carries 10 MB/s without them and 2 GB/s
 * with. Loading takes half a second and 25 MiB, so it is done for the first who needs TLS.
 */
public final class NativeCiphers {
  private static final Logger LOG = LoggerFactory.getLogger(NativeCiphers.class);

  private NativeCiphers() {}

  private static final class Loaded {
    static final boolean HERE = install();

    private static boolean install() {
      try {
        AmazonCorrettoCryptoProvider.install();
        var error = AmazonCorrettoCryptoProvider.INSTANCE.getLoadingError();
        if (error == null) {
          return true;
        }
        return without(error);
      } catch (LinkageError | RuntimeException failed) {
        return without(failed);
      }
    }

    private static boolean without(Throwable why) {
      Security.removeProvider(AmazonCorrettoCryptoProvider.PROVIDER_NAME);
      LOG.info(
          "TLS is slow on this host, whose processor has no native ciphers here: {}",
          Objects.requireNonNullElse(why.getMessage(), why.toString()));
      return false;
    }
  }

  /**
   * To be called before a TLS context is made; the first call may wait. False: the ciphers are the
   * JDK's, and ChaCha20 is the fastest of them.
   */
  public static boolean load() {
    return Loaded.HERE;
  }
}
