package io.gantry.agent.image;

import java.util.List;

/**
 * An image as an archive describes it.
 *
 * @param config its configuration, as it came
 * @param layers names of the layers' files in the archive, lowest first; each may be missing or
 *     empty when the layer is here already
 * @param names what the archive calls it
 */
record ArchivedImage(byte[] config, List<String> layers, List<Reference> names) {}
