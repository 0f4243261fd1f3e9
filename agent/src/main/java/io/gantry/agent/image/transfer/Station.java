package io.gantry.agent.image.transfer;

import io.gantry.agent.image.LayerStore;
import io.gantry.agent.image.LocalImages;
import io.gantry.agent.image.registry.RegistryClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * What all pulls and pushes of a host share.
 *
 * @param unpacking platform threads: unpacking calls the kernel
 */
record Station(
    TransferSettings settings,
    RegistryClient registries,
    LocalImages images,
    Arrivals arrivals,
    Downloads downloads,
    Packing packing,
    SeenBlobs seen,
    Admission admission,
    ExecutorService unpacking,
    InstantSource clock) {
  static Station open(
      TransferSettings settings, LocalImages images, Path state, InstantSource clock)
      throws IOException {
    var arrivals =
        Arrivals.open(
            state.resolve("content").resolve("arrivals"), settings.keep(), settings.keepBytes());
    return new Station(
        settings,
        new RegistryClient(settings.registries()),
        images,
        arrivals,
        new Downloads(arrivals),
        new Packing(images.store().layers(), arrivals, settings.unpacking()),
        SeenBlobs.open(state.resolve("content").resolve("seen-blobs")),
        new Admission(SignaturePolicy.read(settings.policy())),
        Executors.newFixedThreadPool(
            settings.unpacking(), Thread.ofPlatform().daemon().name("gantry-unpack-", 0).factory()),
        clock);
  }

  LayerStore layers() {
    return images.store().layers();
  }
}
