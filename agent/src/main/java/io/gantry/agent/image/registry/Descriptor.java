package io.gantry.agent.image.registry;

import io.gantry.agent.image.Digest;
import io.gantry.agent.image.Platform;
import java.util.Optional;

/**
 * Content by digest (OCI image-spec, descriptor.md).
 *
 * @param platform in an index: what it was made for
 */
public record Descriptor(String mediaType, Digest digest, long size, Optional<Platform> platform) {}
