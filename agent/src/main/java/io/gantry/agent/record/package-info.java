/** What recorded entities share: their clients hear it when the record refuses. */
@NullMarked
package io.gantry.agent.record;

import org.jspecify.annotations.NullMarked;
