package io.gantry.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.LimitSupport;
import io.gantry.protocol.v1.ResourceSpec;
import io.gantry.protocol.v1.ThrottleDevice;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class LimitsCheckTest {
  private static final long MEBI = 1L << 20;
  private static final LimitSupport ALL =
      new LimitSupport(LimitSupport.all(2).kept(), "0-1", "0", 2);
  private static final LimitSupport NOTHING = new LimitSupport(Set.of(), "", "", 2);

  @Test
  void whatIsImpossibleIsRefusedInDockersWords() {
    refused("Minimum memory limit allowed is 6MB", spec -> spec.setMemoryBytes(MEBI));
    refused(
        "Minimum memoryswap limit should be larger than memory limit, see usage",
        spec -> spec.setMemoryBytes(20 * MEBI).setMemorySwapBytes(10 * MEBI));
    refused(
        "You should always set the Memory limit when using Memoryswap limit, see usage",
        spec -> spec.setMemorySwapBytes(10 * MEBI));
    refused(
        "Minimum memory reservation allowed is 6MB", spec -> spec.setMemoryReservationBytes(MEBI));
    refused(
        "Minimum memory limit can not be less than memory reservation limit, see usage",
        spec -> spec.setMemoryBytes(10 * MEBI).setMemoryReservationBytes(20 * MEBI));
    refused(
        "Invalid value: 200, valid memory swappiness range is 0-100",
        spec -> spec.setMemorySwappiness(200));
    refused(
        "Invalid value 2000, range for oom score adj is [-1000, 1000]",
        spec -> spec.setOomScoreAdj(2000));
    refused(
        "range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available",
        spec -> spec.setNanoCpus(3_000_000_000L));
    refused(
        "Conflicting options: Nano CPUs and CPU Quota cannot both be set",
        spec -> spec.setNanoCpus(1).setCpuQuotaMicros(5000));
    refused(
        "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)",
        spec -> spec.setCpuPeriodMicros(10));
    refused(
        "CPU cfs quota can not be less than 1ms (i.e. 1000)", spec -> spec.setCpuQuotaMicros(10));
    refused("Range of blkio weight is from 10 to 1000", spec -> spec.setBlkioWeight(5));
    refused("Invalid value x for cpuset cpus", spec -> spec.setCpusetCpus("x"));
    refused(
        "Requested CPUs are not available - requested 0-9, available: 0-1",
        spec -> spec.setCpusetCpus("0-9"));
    refused(
        "Requested memory nodes are not available - requested 5, available: 0",
        spec -> spec.setCpusetMems("5"));
  }

  @Test
  void whatTheKernelCannotKeepIsLeftOutWithAWarning() {
    discarded(
        "Your kernel does not support Block I/O weight or the cgroup is not mounted. Weight"
            + " discarded.",
        spec -> spec.setBlkioWeight(300));
    discarded(
        "Your kernel does not support BPS Block I/O read limit or the cgroup is not mounted. Block"
            + " I/O BPS read limit discarded.",
        spec -> spec.addBlkioDeviceReadBps(ThrottleDevice.newBuilder().setRate(1)));
    discarded(
        "Your kernel does not support PIDs limit capabilities or the cgroup is not mounted. PIDs"
            + " limit discarded.",
        spec -> spec.setPidsLimit(7));
    discarded(
        "Your kernel does not support CPU shares or the cgroup is not mounted. Shares discarded.",
        spec -> spec.setCpuShares(7));
    discarded(
        "Your kernel does not support cpuset or the cgroup is not mounted. Cpuset discarded.",
        spec -> spec.setCpusetCpus("7"));
    discarded(
        "Your kernel does not support OomKillDisable. OomKillDisable discarded.",
        spec -> spec.setOomKillDisable(true));
  }

  @Test
  void memoryOnAKernelThatDoesNotCountSwapIsLimitedWithoutSwap() {
    var noSwap = new LimitSupport(Set.of(LimitSupport.Limit.MEMORY), "", "", 2);
    var result =
        LimitsCheck.check(
            ResourceSpec.newBuilder().setMemoryBytes(10 * MEBI).build(), noSwap, false);
    assertThat(result.warnings())
        .containsExactly(
            "Your kernel does not support swap limit capabilities or the cgroup is not mounted."
                + " Memory limited without swap.");
    assertThat(result.spec().getMemorySwapBytes()).isEqualTo(-1);
  }

  @Test
  void aSwappinessOfMinusOneIsNotGiven() {
    var result =
        LimitsCheck.check(
            ResourceSpec.newBuilder().setMemorySwappiness(-1).build(), NOTHING, false);
    assertThat(result.warnings()).isEmpty();
    assertThat(result.spec()).isEqualTo(ResourceSpec.getDefaultInstance());
  }

  private static void refused(String message, Consumer<ResourceSpec.Builder> ask) {
    assertThat(check(ask, ALL).wrong()).contains(message);
  }

  private static void discarded(String warning, Consumer<ResourceSpec.Builder> ask) {
    var result = check(ask, NOTHING);
    assertThat(result.wrong()).isEmpty();
    assertThat(result.warnings()).containsExactly(warning);
    assertThat(result.spec()).isEqualTo(ResourceSpec.getDefaultInstance());
  }

  private static LimitsCheck.Result check(
      Consumer<ResourceSpec.Builder> ask, LimitSupport support) {
    var spec = ResourceSpec.newBuilder();
    ask.accept(spec);
    return LimitsCheck.check(spec.build(), support, false);
  }
}
