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
}
