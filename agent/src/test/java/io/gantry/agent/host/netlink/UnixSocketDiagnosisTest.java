package io.gantry.agent.host.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.host.kernel.SystemCallFailed;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixSocketDiagnosisTest {
  private static final Path TABLE = Path.of("/proc/net/unix");
  private static final int INODE = 6;

  @TempDir Path directory;

  @Test
  void aConnectionThatWaitsInTheListenersQueueIsNotAcceptedYet() throws IOException {
    var address = UnixDomainSocketAddress.of(directory.resolve("listener"));
    try (var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
        var client = SocketChannel.open(StandardProtocolFamily.UNIX);
        var diagnosis = UnixSocketDiagnosis.open()) {
      client.bind(UnixDomainSocketAddress.of(directory.resolve("client")));
      client.connect(address);
      var inode = inodeOf(directory.resolve("client"));
      assertThat(diagnosis.isAccepted(inode)).isFalse();
      try (var accepted = listener.accept()) {
        assertThat(accepted.isConnected()).isTrue();
        assertThat(diagnosis.isAccepted(inode)).isTrue();
      }
    }
  }

  @Test
  void aSocketThatIsNotThereIsSaidSo() throws IOException {
    try (var diagnosis = UnixSocketDiagnosis.open()) {
      assertThatThrownBy(() -> diagnosis.isAccepted(1))
          .isInstanceOf(SystemCallFailed.class)
          .hasMessageContaining("unix socket 1: No such file or directory");
    }
  }

  private static long inodeOf(Path socket) throws IOException {
    try (var lines = Files.lines(TABLE)) {
      return lines
          .filter(line -> line.endsWith(" " + socket))
          .map(line -> line.trim().split(" +")[INODE])
          .mapToLong(Long::parseLong)
          .findFirst()
          .orElseThrow();
    }
  }
}
