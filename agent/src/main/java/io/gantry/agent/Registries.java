package io.gantry.agent;

import akka.stream.javadsl.Source;
import io.gantry.protocol.v1.Image;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Images that come from registries and go there. A stream that is cancelled cancels what it tells
 * of; what has been moved by then is kept for the next time.
 */
public interface Registries {
  /**
   * @param reference as the user wrote it; with {@code allTags} a repository
   * @param platform "linux/arm64/v8"; empty: the host's
   */
  record Pull(String reference, boolean allTags, String platform, Credentials credentials) {}

  /** The image of the last name; refused with NOT_FOUND and Docker's words when there is none. */
  Source<Transfer, CompletionStage<Outcome<Image>>> pull(Caller caller, Pull pull);

  /**
   * @param reference a name with a tag; with {@code allTags} a repository
   */
  record Push(String reference, boolean allTags, Credentials credentials) {}

  /** The digest of the last manifest, as the registry has it. */
  Source<Transfer, CompletionStage<Outcome<String>>> push(Caller caller, Push push);

  /**
   * Whether a registry takes these credentials: done with what to keep in place of the password
   * (mostly nothing), refused with UNAUTHENTICATED.
   */
  CompletionStage<Outcome<String>> login(Credentials credentials);

  /**
   * @param mediaType "application/vnd.oci.image.index.v1+json" and its like
   * @param platforms "linux/arm64/v8", as far as known
   */
  record Described(String mediaType, String digest, long size, List<String> platforms) {}

  /** What a reference names in its registry now. Nothing is pulled. */
  CompletionStage<Outcome<Described>> describe(String reference, Credentials credentials);

  /** A repository that a search has found. */
  record Found(String name, String description, int stars, boolean official, boolean automated) {}

  /** {@code term} may begin with a registry: "localhost:5000/nginx". */
  CompletionStage<Outcome<List<Found>>> search(String term, int limit, Credentials credentials);
}
