package io.gantry.agent.build;

import io.gantry.agent.Builds.Request;
import io.gantry.agent.Caller;
import io.gantry.agent.build.language.Dockerfile;
import io.gantry.agent.image.LayerStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One build and what its stages share.
 *
 * @param id of its record
 * @param context what came with the request, unpacked; empty: nothing came
 * @param lease keeps layers and images of this build until it has ended
 */
record Build(
    String id,
    Caller caller,
    Request request,
    Dockerfile file,
    Plan plan,
    Arguments arguments,
    Optional<ContextFiles> context,
    Path directory,
    LayerStore.Lease lease,
    Diary diary) {
  /** Where the build is recorded, in its order. Waits for the disk only where it says so. */
  interface Diary {
    /** Before anything is done that leaves traces: the beginning is on the disk. */
    void awaitBegin() throws IOException, InterruptedException;

    /** What is known so far is on its way to the disk. */
    void passOn();

    void stepDone(int step, String instruction, String key, String imageId, boolean cached);
  }
}
