package io.gantry.agent.image;

import io.gantry.protocol.v1.Image;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The platforms whose images somebody loads or saves; none: whatever there is. */
record PlatformWish(List<Platform> platforms) {
  static final PlatformWish NONE = new PlatformWish(List.of());

  static PlatformWish of(List<String> texts) throws BadImage {
    var platforms = new ArrayList<Platform>();
    for (var text : texts) {
      platforms.add(Platform.parse(text));
    }
    return new PlatformWish(List.copyOf(platforms));
  }

  boolean admits(Image image) {
    return platforms.isEmpty()
        || admits(new Platform(image.getOs(), image.getArchitecture(), image.getVariant()));
  }

  private boolean admits(Platform found) {
    return platforms.stream().anyMatch(wanted -> wanted.normal().equals(found.normal()));
  }

  /** Of an image of several platforms this host's is meant when none is wished for. */
  boolean admitsFromIndex(Platform found) {
    var host = Platform.host();
    return platforms.isEmpty()
        ? found.os().equals(host.os()) && found.architecture().equals(host.architecture())
        : admits(found);
  }

  void requireAny(Collection<?> loaded) throws BadImage {
    if (loaded.isEmpty() && !platforms.isEmpty()) {
      throw new BadImage(
          "requested platform (%s) not found: image might be filtered out".formatted(this));
    }
  }

  void requireForExport(Optional<Image> image) throws BadImage {
    if (image.isPresent() && !admits(image.get())) {
      throw new BadImage("no suitable export target found for platform " + this);
    }
  }

  @Override
  public String toString() {
    return platforms.stream().map(Platform::toString).collect(Collectors.joining(", "));
  }
}
