package io.gantry.cli;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelFactory;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Where the agent is: "unix:///PATH", "/PATH", "tcp://HOST:PORT" or "HOST:PORT". */
final class AgentAddress {
  static final String DEFAULT = "unix:///run/gantry/grpc.sock";

  private static final Pattern HOST_PORT =
      Pattern.compile("(?:tcp://)?([^/:]+|\\[[^]]+]):(\\d{1,5})");

  private AgentAddress() {}

  static ManagedChannel connect(String address) {
    if (address.startsWith("unix://") || address.startsWith("/")) {
      return unix(Path.of(address.startsWith("/") ? address : address.substring(7)));
    }
    var hostPort = HOST_PORT.matcher(address);
    if (!hostPort.matches()) {
      throw new Failure(
          "not an address: \"%s\" (expected unix:///PATH or HOST:PORT)".formatted(address));
    }
    return NettyChannelBuilder.forAddress(hostPort.group(1), Integer.parseInt(hostPort.group(2)))
        .usePlaintext()
        .build();
  }

  private static ManagedChannel unix(Path socket) {
    if (!Files.exists(socket)) {
      throw new Failure("no agent at unix://%s: there is no such socket".formatted(socket));
    }
    // One daemon thread: the process ends with its command.
    var threads =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("gantry-io", true), EpollIoHandler.newFactory());
    ChannelFactory<EpollDomainSocketChannel> channels = EpollDomainSocketChannel::new;
    return NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
        .eventLoopGroup(threads)
        .channelFactory(channels)
        .overrideAuthority("localhost")
        .usePlaintext()
        .build();
  }
}
