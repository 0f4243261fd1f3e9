package io.gantry.agent.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Datagrams over the loopback device: a held port in the middle, a container's server behind. */
@Timeout(30)
class DatagramRelayTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private DatagramChannel held;
  private DatagramSocket server;
  private volatile Optional<InetSocketAddress> target = Optional.empty();

  @BeforeEach
  void build() throws IOException {
    held = DatagramChannel.open().bind(new InetSocketAddress(LOOPBACK, 0));
    server = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0));
    server.setSoTimeout(5000);
    target = Optional.of((InetSocketAddress) server.getLocalSocketAddress());
    DatagramRelay.serve(held, () -> target);
  }

  @AfterEach
  void tearDown() throws IOException {
    held.close();
    server.close();
  }

  @Test
  void eachCallerGetsItsOwnAnswers() throws IOException {
    try (var first = caller();
        var second = caller()) {
      say(first, "one");
      var one = heard();
      say(second, "two");
      var two = heard();
      assertThat(one.getSocketAddress()).isNotEqualTo(two.getSocketAddress());
      answer(two, "to two");
      answer(one, "to one");
      assertThat(text(first)).isEqualTo("to one");
      assertThat(text(second)).isEqualTo("to two");
    }
  }

  @Test
  void whereNobodyIsNothingIsAnsweredUntilSomebodyComes() throws IOException {
    try (var caller = caller()) {
      var place = target;
      target = Optional.empty();
      say(caller, "lost");
      caller.setSoTimeout(100);
      assertThatThrownBy(() -> text(caller)).isInstanceOf(SocketTimeoutException.class);
      target = place;
      caller.setSoTimeout(5000);
      say(caller, "heard");
      var packet = heard();
      assertThat(new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8))
          .isEqualTo("heard");
    }
  }

  private static DatagramSocket caller() throws IOException {
    var caller = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0));
    caller.setSoTimeout(5000);
    return caller;
  }

  private void say(DatagramSocket caller, String text) throws IOException {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    caller.send(new DatagramPacket(bytes, bytes.length, held.getLocalAddress()));
  }

  private DatagramPacket heard() throws IOException {
    var packet = new DatagramPacket(new byte[100], 100);
    server.receive(packet);
    return packet;
  }

  private void answer(DatagramPacket to, String text) throws IOException {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    server.send(new DatagramPacket(bytes, bytes.length, to.getSocketAddress()));
  }

  private static String text(DatagramSocket caller) throws IOException {
    var packet = new DatagramPacket(new byte[100], 100);
    caller.receive(packet);
    return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
  }
}
