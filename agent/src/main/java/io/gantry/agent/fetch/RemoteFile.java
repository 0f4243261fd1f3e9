package io.gantry.agent.fetch;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * What a server gives for an address, as it comes. Its failures, at the beginning and on the way,
 * say which request failed. How much comes is for the reader to bound; it has to be closed.
 */
public final class RemoteFile extends FilterInputStream {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .followRedirects(HttpClient.Redirect.NORMAL)
          .connectTimeout(Duration.ofSeconds(30))
          .build();

  private final HttpRequest request;

  private RemoteFile(HttpRequest request, InputStream body) {
    super(body);
    this.request = request;
  }

  /**
   * Waits until it begins to come.
   *
   * @throws IllegalArgumentException when nobody can be asked for such an address
   */
  public static RemoteFile open(URI address) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(address).timeout(PATIENCE).build();
    HttpResponse<InputStream> response;
    try {
      response = CLIENT.send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw new IOException(HttpWords.of(request, e), e);
    }
    if (response.statusCode() >= 400) {
      response.body().close();
      throw new IOException(
          "failed to GET %s with status %d".formatted(address, response.statusCode()));
    }
    return new RemoteFile(request, response.body());
  }

  @Override
  public int read() throws IOException {
    try {
      return in.read();
    } catch (IOException e) {
      throw new IOException(HttpWords.of(request, e), e);
    }
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    try {
      return in.read(buffer, offset, length);
    } catch (IOException e) {
      throw new IOException(HttpWords.of(request, e), e);
    }
  }
}
