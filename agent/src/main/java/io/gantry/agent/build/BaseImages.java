package io.gantry.agent.build;

import akka.stream.Materializer;
import akka.stream.javadsl.Sink;
import io.gantry.agent.Caller;
import io.gantry.agent.Credentials;
import io.gantry.agent.Outcome;
import io.gantry.agent.Registries;
import io.gantry.agent.Transfer;
import io.gantry.agent.image.Reference;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.Image;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/** Images a build names that are not here, or are to be looked for again. */
public final class BaseImages {
  private final Registries registries;
  private final Materializer materializer;

  public BaseImages(Registries registries, Materializer materializer) {
    this.registries = registries;
    this.materializer = materializer;
  }

  /** Who hears of the pull. */
  interface Listener {
    void told(Transfer transfer) throws InterruptedException;
  }

  /** Blocks until the image is here, or is refused in Docker's words. Interrupted: it ends. */
  Outcome<Image> fetch(Build build, Base base, Listener listener) throws InterruptedException {
    try {
      var reference = Reference.parse(base.name());
      var pull =
          new Registries.Pull(
              reference.digest().isPresent()
                  ? reference.familiar()
                  : reference.withDefaultTag().familiar(),
              false,
              base.platform(),
              credentials(build.request().registries(), reference.domain()));
      return fetch(build.caller(), pull, listener);
    } catch (Reference.Invalid e) {
      return Outcome.refused(ErrorKind.INVALID, e);
    } catch (ExecutionException e) {
      return Outcome.refused(ErrorKind.INTERNAL, e.getCause() == null ? e : e.getCause());
    }
  }

  private Outcome<Image> fetch(Caller caller, Registries.Pull pull, Listener listener)
      throws InterruptedException, ExecutionException {
    var running = registries.pull(caller, pull).preMaterialize(materializer);
    var told = running.second().runWith(Sink.<Transfer>queue(), materializer);
    try {
      for (var next = told.pull().toCompletableFuture().get();
          next.isPresent();
          next = told.pull().toCompletableFuture().get()) {
        listener.told(next.get());
      }
      return running.first().toCompletableFuture().get();
    } catch (InterruptedException e) {
      told.cancel();
      throw e;
    }
  }

  /** Docker Hub has several names. */
  private static Credentials credentials(Map<String, Credentials> known, String domain) {
    var own = known.get(domain);
    if (own != null) {
      return own;
    }
    return domain.equals("docker.io")
        ? known.getOrDefault("https://index.docker.io/v1/", Credentials.NONE)
        : Credentials.NONE;
  }
}
