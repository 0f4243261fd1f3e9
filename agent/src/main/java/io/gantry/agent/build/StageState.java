package io.gantry.agent.build;

import com.google.protobuf.Timestamp;
import io.gantry.agent.image.Digest;
import io.gantry.agent.image.Platform;
import io.gantry.protocol.v1.Image;
import io.gantry.protocol.v1.ImageConfig;
import io.gantry.protocol.v1.ImageHistory;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a stage has come to after some of its steps: an image in the making. Immutable.
 *
 * @param image what its image says; without layers it is scratch
 * @param imageId of that image, once there is one; empty: scratch, before any step
 * @param cacheKey of the step that made it; empty: no step did
 */
record StageState(Image image, String imageId, String cacheKey) {
  private static final String DEFAULT_PATH =
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  private static final List<String> DEFAULT_SHELL = List.of("/bin/sh", "-c");

  static StageState of(Image base) {
    return new StageState(searched(base), base.getId(), "");
  }

  static StageState scratch(Platform platform) {
    var image =
        Image.newBuilder()
            .setOs(platform.os())
            .setArchitecture(platform.architecture())
            .setVariant(platform.variant())
            .build();
    return new StageState(searched(image), "", "");
  }

  /** Programs are searched for in the usual places where an image does not say where. */
  private static Image searched(Image image) {
    return image.getConfig().getEnvList().stream().anyMatch(entry -> entry.startsWith("PATH="))
        ? image
        : image.toBuilder().setConfig(image.getConfig().toBuilder().addEnv(DEFAULT_PATH)).build();
  }

  ImageConfig config() {
    return image.getConfig();
  }

  List<String> shell() {
    return config().hasShell() ? config().getShell().getValuesList() : DEFAULT_SHELL;
  }

  String workingDirectory() {
    return config().getWorkingDir().isEmpty() ? "/" : config().getWorkingDir();
  }

  Optional<String> environment(String name) {
    for (var entry : config().getEnvList()) {
      var equals = entry.indexOf('=');
      if (equals == name.length() && entry.startsWith(name)) {
        return Optional.of(entry.substring(equals + 1));
      }
    }
    return Optional.empty();
  }

  Set<String> environmentNames() {
    return config().getEnvList().stream()
        .map(entry -> entry.split("=", 2)[0])
        .collect(Collectors.toSet());
  }

  /** What the next step stands on, whoever made it and when. */
  String foundation() {
    var hasher = Digest.hasher();
    var layers =
        image.getDiffIdsCount() == 0
            ? "scratch"
            : Digest.chain(image.getDiffIdsList().stream().map(Digest::parse).toList()).toString();
    Hashing.text(hasher, layers);
    Hashing.text(hasher, image.getOs() + "/" + image.getArchitecture() + "/" + image.getVariant());
    Hashing.text(hasher, image.getAuthor());
    // A step that changed nothing is a step still: the same one once more is another.
    Hashing.text(hasher, Integer.toString(image.getHistoryCount()));
    Hashing.bytes(hasher, Hashing.stable(image.getConfig()));
    return Digest.ofHash(hasher.digest()).hex();
  }

  /** After a step; {@code diffId} empty: it made no layer. The image has no id yet. */
  Image next(
      ImageConfig config, String author, String createdBy, Optional<String> diffId, Instant at) {
    var created = Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano());
    var next =
        image.toBuilder()
            .clearId()
            .clearRepoTags()
            .clearRepoDigests()
            .clearLastTagged()
            .clearSizeBytes()
            .clearComment()
            .setParentId(imageId)
            .setConfig(config)
            .setAuthor(author)
            .setCreated(created)
            .addHistory(
                ImageHistory.newBuilder()
                    .setCreated(created)
                    .setCreatedBy(createdBy)
                    .setAuthor(author)
                    .setEmptyLayer(diffId.isEmpty()));
    diffId.ifPresent(next::addDiffIds);
    return next.build();
  }
}
