package io.gantry.agent.container.lifecycle;

import io.gantry.protocol.v1.ResourceSpec;
import java.util.Optional;

/** How an update changes limits: what it names replaces what was there, the rest stays. */
final class Limits {
  private Limits() {}

  /** Docker's rules for limits that contradict those already set. */
  static Optional<String> conflict(ResourceSpec current, ResourceSpec patch) {
    if (patch.getNanoCpus() > 0 && current.getCpuPeriodMicros() > 0) {
      return Optional.of(
          "Conflicting options: Nano CPUs cannot be updated as CPU Period has already been set");
    }
    if (patch.getNanoCpus() > 0 && current.getCpuQuotaMicros() > 0) {
      return Optional.of(
          "Conflicting options: Nano CPUs cannot be updated as CPU Quota has already been set");
    }
    if (patch.getCpuPeriodMicros() > 0 && current.getNanoCpus() > 0) {
      return Optional.of(
          "Conflicting options: CPU Period cannot be updated as NanoCPUs has already been set");
    }
    if (patch.getCpuQuotaMicros() > 0 && current.getNanoCpus() > 0) {
      return Optional.of(
          "Conflicting options: CPU Quota cannot be updated as NanoCPUs has already been set");
    }
    var swap = swap(current);
    if (patch.getMemoryBytes() > 0
        && patch.getMemorySwapBytes() == 0
        && swap > 0
        && patch.getMemoryBytes() > swap) {
      return Optional.of(
          "Memory limit should be smaller than already set memoryswap limit, update the memoryswap"
              + " at the same time");
    }
    return Optional.empty();
  }

  /** Memory and swap together; not given: twice the memory, as Docker has it. */
  private static long swap(ResourceSpec spec) {
    return spec.getMemorySwapBytes() != 0
        ? spec.getMemorySwapBytes()
        : Math.min(spec.getMemoryBytes(), Long.MAX_VALUE / 2) * 2;
  }

  /**
   * What was there and is not named by the patch stays, also the swap limit that followed from the
   * old memory limit.
   */
  static ResourceSpec merge(ResourceSpec current, ResourceSpec patch) {
    var merged = current.toBuilder();
    // Protobuf merging appends to lists, an update replaces them.
    if (patch.getUlimitsCount() > 0) {
      merged.clearUlimits();
    }
    if (patch.getBlkioWeightDeviceCount() > 0) {
      merged.clearBlkioWeightDevice();
    }
    if (patch.getBlkioDeviceReadBpsCount() > 0) {
      merged.clearBlkioDeviceReadBps();
    }
    if (patch.getBlkioDeviceWriteBpsCount() > 0) {
      merged.clearBlkioDeviceWriteBps();
    }
    if (patch.getBlkioDeviceReadIopsCount() > 0) {
      merged.clearBlkioDeviceReadIops();
    }
    if (patch.getBlkioDeviceWriteIopsCount() > 0) {
      merged.clearBlkioDeviceWriteIops();
    }
    if (patch.getMemoryBytes() > 0 && current.getMemoryBytes() > 0) {
      merged.setMemorySwapBytes(swap(current));
    }
    return merged.mergeFrom(patch).build();
  }
}
