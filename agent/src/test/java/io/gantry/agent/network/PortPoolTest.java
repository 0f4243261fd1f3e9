package io.gantry.agent.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.ContainerId;
import io.gantry.agent.network.PortPool.Wanted;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortPoolTest {
  private static final int TIMES = 300;

  private final ContainerId one = ContainerId.random();
  private final ContainerId other = ContainerId.random();

  /** A container that is replaced by one with its port. */
  @ParameterizedTest
  @ValueSource(strings = {"tcp", "udp"})
  void aPortThatWasGivenBackIsFreeAtOnce(String protocol) throws IOException {
    try (var pool = new PortPool()) {
      var port = pool.take(one, List.of(wanted(0, protocol))).getFirst().hostPort();
      for (var time = 0; time < TIMES; time++) {
        pool.release(time % 2 == 0 ? one : other);
        Thread.yield();
        var taken = pool.take(time % 2 == 0 ? other : one, List.of(wanted(port, protocol)));
        assertThat(taken.getFirst().hostPort()).isEqualTo(port);
      }
    }
  }

  @Test
  void aContainersOwnPortIsTakenAnew() throws IOException {
    try (var pool = new PortPool()) {
      var port = pool.take(one, List.of(wanted(0, "tcp"))).getFirst().hostPort();
      for (var time = 0; time < TIMES; time++) {
        pool.take(one, List.of(wanted(port, "tcp")));
      }
      assertThat(pool.held(one)).hasSize(1);
    }
  }

  private static Wanted wanted(int port, String protocol) {
    return new Wanted(InetAddress.getLoopbackAddress(), port, port, 80, protocol);
  }
}
