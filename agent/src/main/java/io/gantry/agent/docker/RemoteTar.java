package io.gantry.agent.docker;

import io.gantry.agent.fetch.RemoteFile;
import io.gantry.protocol.ErrorKind;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A tar that a request names instead of carrying it: {@code docker import http://…}. */
final class RemoteTar {
  private RemoteTar() {}

  /** As dockerd does it: what names no scheme is asked by http. */
  static URI address(String source) {
    try {
      var uri = URI.create(source.contains("://") ? source : "http://" + source);
      var scheme = String.valueOf(uri.getScheme());
      if (!scheme.equals("http") && !scheme.equals("https") || uri.getHost() == null) {
        throw Refusal.invalid("cannot import from %s: expected http or https".formatted(source));
      }
      return uri;
    } catch (IllegalArgumentException e) {
      throw Refusal.invalid("cannot import from %s: %s".formatted(source, e.getMessage()));
    }
  }

  /** Completes when it begins to come, or with a {@link Refusal}. Has to be closed. */
  static CompletionStage<InputStream> open(URI address) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return RemoteFile.open(address);
          } catch (IOException | InterruptedException e) {
            throw new Refusal(ErrorKind.INTERNAL, String.valueOf(e.getMessage()));
          }
        },
        request -> Thread.ofVirtual().start(request));
  }
}
