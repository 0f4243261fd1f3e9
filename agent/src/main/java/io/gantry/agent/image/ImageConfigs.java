package io.gantry.agent.image;

import java.util.List;

/** Image configurations, for those who move images. */
public final class ImageConfigs {
  private ImageConfigs() {}

  /**
   * The layers' diff ids, lowest first.
   *
   * @throws BadImage when it is no image configuration
   */
  public static List<String> diffIds(byte[] config) throws BadImage {
    return List.copyOf(ConfigReader.read(config).getDiffIdsList());
  }

  /** What the image runs on. */
  public static Platform platform(byte[] config) throws BadImage {
    var image = ConfigReader.read(config);
    return new Platform(image.getOs(), image.getArchitecture(), image.getVariant());
  }

  /** How bytes are packed, by the first of them. */
  public static Compression compression(byte[] start) {
    return Compression.of(start, start.length);
  }
}
