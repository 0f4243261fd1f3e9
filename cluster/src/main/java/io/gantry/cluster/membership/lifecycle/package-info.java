/** What is decided about membership, as functions of what is known. */
@NullMarked
package io.gantry.cluster.membership.lifecycle;

import org.jspecify.annotations.NullMarked;
