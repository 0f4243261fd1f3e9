/** Real runtimes and monitors under test, and their fakes. */
@NullMarked
package io.gantry.agent.host.runtime;

import org.jspecify.annotations.NullMarked;
