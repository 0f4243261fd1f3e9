/**
 * System calls: the only package that touches native code.
 *
 * <p>Every call goes through one of two native entry points of the C library, both of one shape
 * ({@link io.gantry.agent.host.kernel.Native}), because linking a shape costs milliseconds at the
 * agent's start. Calls that may block run on a small pool of platform threads ({@link
 * io.gantry.agent.host.kernel.Blocking}); waiting for descriptors costs no thread at all ({@link
 * io.gantry.agent.host.kernel.Poller}). A failure is a {@link
 * io.gantry.agent.host.kernel.SystemCallFailed}: the call, what it was tried on, and the kernel's
 * reason. A descriptor belongs to one {@link io.gantry.agent.host.kernel.Descriptor}, and who holds
 * that closes it.
 */
@NullMarked
package io.gantry.agent.host.kernel;

import org.jspecify.annotations.NullMarked;
