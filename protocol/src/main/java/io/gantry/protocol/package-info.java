/** What every module shares: the kinds of refusal, times as messages, the release's number. */
@NullMarked
package io.gantry.protocol;

import org.jspecify.annotations.NullMarked;
