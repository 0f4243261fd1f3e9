package io.gantry.agent.image;

import io.gantry.protocol.v1.Image;
import java.nio.file.Path;
import java.util.List;

/**
 * What a container needs of its image.
 *
 * @param id "sha256:…"
 * @param diffIds of the layers, lowest first
 * @param layers their directories in the same order, for the Snapshotter
 */
public record ResolvedImage(String id, Image image, List<String> diffIds, List<Path> layers) {}
