/**
 * The tar format, byte for byte: names and extended attributes are bytes, not text, and a layer's
 * digest covers every byte of padding. Reads POSIX ustar, PAX and GNU (long names, sparse files)
 * from bytes nobody has to trust.
 *
 * <p>Specifications: pax in POSIX.1-2017 (pubs.opengroup.org), GNU's extensions in the manual of
 * GNU tar, "Basic Tar Format" and "Storing Sparse Files".
 */
@NullMarked
package io.gantry.agent.tar;

import org.jspecify.annotations.NullMarked;
