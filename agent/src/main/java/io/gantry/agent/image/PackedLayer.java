package io.gantry.agent.image;

import java.nio.file.Path;

/**
 * A layer's tar as a registry has it.
 *
 * @param digest of the packed bytes
 * @param file whole and checked; who holds the layer may read it
 */
public record PackedLayer(Digest digest, Path file, long size) {}
