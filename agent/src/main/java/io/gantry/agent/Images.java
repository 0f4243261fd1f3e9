package io.gantry.agent;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.gantry.protocol.v1.Image;
import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Images of an engine. {@code reference} is a name with optional tag or digest, an id or a unique
 * prefix of one, with or without "sha256:"; an unknown one is refused with NOT_FOUND "No such
 * image: REFERENCE".
 */
public interface Images {
  Outcome<Image> inspect(String reference);

  Collection<Image> list();

  /**
   * Reads `docker save` and OCI-layout tars, gzip or zstd or plain. Names come out as the progress
   * tells. Who gives {@code tar} closes it, once the outcome is there.
   *
   * @param platforms of them only, as "linux/arm64/v8"; it is refused when there is none. None
   *     named: all, but of an index of several platforms the host's
   */
  Source<Progress, CompletionStage<Outcome<List<Loaded>>>> load(
      Caller caller, InputStream tar, List<String> platforms);

  /** {@code name}: the reference it was given, or the id of an image without one. */
  record Loaded(String name, Image image) {}

  /** A layer or a whole, at work. {@code total} 0: unknown. */
  record Progress(String id, String status, long current, long total) {}

  /**
   * A root file system tar as a new image of one layer. {@code changes} are Dockerfile
   * instructions. Who gives {@code tar} closes it, once the outcome is there.
   */
  CompletionStage<Outcome<Image>> importRoot(
      Caller caller,
      InputStream tar,
      Optional<String> reference,
      String message,
      List<String> changes,
      String platform);

  /**
   * A Docker archive that is an OCI layout as well.
   *
   * @param platforms one of which each image must be for, if any is named
   */
  Outcome<Source<ByteString, NotUsed>> save(List<String> references, List<String> platforms);

  CompletionStage<Outcome<Image>> tag(Caller caller, String source, String target);

  /** In the order things happened, as `docker rmi` prints them. */
  CompletionStage<Outcome<List<Removal>>> remove(
      Caller caller, String reference, boolean force, boolean noPrune);

  record Removal(Kind kind, String name) {
    public enum Kind {
      UNTAGGED,
      DELETED
    }
  }

  /**
   * One row per instruction, newest first, with sizes and the ids that are known ("<missing>"
   * else).
   */
  Outcome<List<HistoryRow>> history(String reference);

  record HistoryRow(
      String id,
      long createdSeconds,
      String createdBy,
      List<String> tags,
      long sizeBytes,
      String comment) {}

  /** By image id: bytes of its layers that other images have as well. */
  Map<String, Long> sharedBytes();

  /** Bytes of all layers, each counted once. */
  long layerBytes();
}
