/**
 * Who belongs to a cluster: its certificate authority, its hosts' certificates, the token to join.
 */
@NullMarked
package io.gantry.cluster.authority;

import org.jspecify.annotations.NullMarked;
