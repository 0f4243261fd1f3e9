/**
 * Files of containers as anyone but their processes sees them: a view of the root, paths in it,
 * archives of it, what changed. Start at {@link io.gantry.agent.container.files.RootViews}.
 */
@NullMarked
package io.gantry.agent.container.files;

import org.jspecify.annotations.NullMarked;
