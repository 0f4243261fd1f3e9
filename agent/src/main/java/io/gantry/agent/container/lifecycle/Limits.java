package io.gantry.agent.container.lifecycle;

import io.gantry.protocol.v1.ResourceSpec;

/** How an update changes limits: what it names replaces what was there, the rest stays. */
final class Limits {
  private Limits() {}

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
    // Two ways to say the same limit: the one named last wins.
    if (patch.getNanoCpus() != 0) {
      merged.clearCpuQuotaMicros().clearCpuPeriodMicros();
    }
    if (patch.getCpuQuotaMicros() != 0 || patch.getCpuPeriodMicros() != 0) {
      merged.clearNanoCpus();
    }
    return merged.mergeFrom(patch).build();
  }
}
