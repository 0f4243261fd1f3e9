package io.gantry.agent.image;

import java.util.List;

/**
 * A container's hold on an image, as the removal of images must know it.
 *
 * @param imageId "sha256:…"
 * @param running false also for created, exited and dead ones
 * @param layers diff ids ("sha256:…") of the layers below the container
 */
public record ImageUse(String containerId, String imageId, boolean running, List<String> layers) {}
