package io.gantry.agent;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.gantry.protocol.v1.Image;
import io.gantry.protocol.v1.ImageConfig;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The files of containers, whether they run, have run or never did. Paths are resolved inside the
 * container's root as its processes see it, volumes included, and never lead out of it, whatever
 * the container does meanwhile. A path that is not there is refused with NOT_FOUND "Could not find
 * the file PATH in container REFERENCE".
 */
public interface ContainerFiles {
  /** Of the file itself when its last component is a symbolic link. */
  CompletionStage<Outcome<PathStat>> stat(String reference, String path);

  /**
   * @param name last component of the path
   * @param mode type and permissions as in stat(2)
   * @param linkTarget where a symbolic link leads in the end, from the root; else empty
   */
  record PathStat(String name, long size, int mode, Instant modified, String linkTarget) {}

  /**
   * A tar of the file or directory, whose entries begin with the path's last component. A failure
   * on the way fails the source.
   */
  CompletionStage<Outcome<Archive>> read(Caller caller, String reference, String path);

  record Archive(PathStat stat, Source<ByteString, NotUsed> tar) {}

  /**
   * Unpacks a tar, compressed or not, into an existing directory. What came before a failure stays.
   * Who gives {@code tar} closes it, once the outcome is there.
   */
  CompletionStage<Outcome<PathStat>> write(
      Caller caller, String reference, String path, InputStream tar, WriteOptions options);

  /**
   * @param keepKinds a directory does not replace a file, nor a file a directory
   * @param asUser all is given to the container's user instead of the archive's owners
   */
  record WriteOptions(boolean keepKinds, boolean asUser) {}

  /** A tar of the root file system without what is mounted in it. */
  CompletionStage<Outcome<Source<ByteString, NotUsed>>> export(Caller caller, String reference);

  /** What differs from the image, sorted by path. */
  CompletionStage<Outcome<List<Change>>> changes(String reference);

  record Change(Kind kind, String path) {
    /** In the order of Docker's numbers. */
    public enum Kind {
      MODIFIED,
      ADDED,
      DELETED
    }
  }

  /** The container's state as an image; frozen for that moment when {@code pause}. */
  CompletionStage<Outcome<Image>> commit(Caller caller, String reference, Commit wanted);

  /**
   * @param config in place of the container's own, if given
   * @param changes Dockerfile instructions over it
   */
  record Commit(
      Optional<String> name,
      String author,
      String comment,
      boolean pause,
      Optional<ImageConfig> config,
      List<String> changes) {}
}
