package io.gantry.agent.grpc;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;
import io.grpc.protobuf.ProtoUtils;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A gRPC client over a unix socket that knows methods by their name only. */
final class TestClient implements AutoCloseable {
  private final MultiThreadIoEventLoopGroup threads =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final ManagedChannel channel;

  TestClient(Path socket) {
    channel =
        NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
            .eventLoopGroup(threads)
            .channelType(EpollDomainSocketChannel.class)
            .overrideAuthority("localhost")
            .usePlaintext()
            .build();
  }

  /** How a call ended. */
  record End(Status status, Metadata trailers) {}

  /** A call under way. */
  final class Session<I, O> {
    private final ClientCall<I, O> call;
    private final BlockingQueue<Object> arrivals = new LinkedBlockingQueue<>();

    private Session(ClientCall<I, O> call, Metadata headers) {
      this.call = call;
      call.start(
          new ClientCall.Listener<>() {
            @Override
            public void onMessage(O message) {
              arrivals.add(message);
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
              arrivals.add(new End(status, trailers));
            }
          },
          headers);
      call.request(1000);
    }

    Session<I, O> send(I message) {
      call.sendMessage(message);
      return this;
    }

    Session<I, O> halfClose() {
      call.halfClose();
      return this;
    }

    void cancel() {
      call.cancel("enough", null);
    }

    @SuppressWarnings("unchecked")
    O next() throws InterruptedException {
      var arrival = arrivals.poll(10, TimeUnit.SECONDS);
      if (arrival == null || arrival instanceof End) {
        throw new AssertionError("expected a message, got " + arrival);
      }
      return (O) arrival;
    }

    /** What has come until the end. */
    @SuppressWarnings("unchecked")
    List<O> rest() throws InterruptedException {
      var messages = new ArrayList<O>();
      while (true) {
        var arrival = arrivals.poll(10, TimeUnit.SECONDS);
        if (arrival instanceof End end) {
          if (!end.status().isOk()) {
            throw new AssertionError("ended with " + end);
          }
          return messages;
        }
        if (arrival == null) {
          throw new AssertionError("no end within ten seconds, but " + messages);
        }
        messages.add((O) arrival);
      }
    }

    End end() throws InterruptedException {
      var arrival = arrivals.poll(10, TimeUnit.SECONDS);
      if (arrival instanceof End end) {
        return end;
      }
      throw new AssertionError("expected the end, got " + arrival);
    }
  }

  <I extends Message, O extends Message> Session<I, O> open(
      String method, I requestType, O responseType, Metadata headers) {
    var descriptor =
        MethodDescriptor.<I, O>newBuilder()
            .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
            .setFullMethodName(method)
            .setRequestMarshaller(ProtoUtils.marshaller(requestType))
            .setResponseMarshaller(ProtoUtils.marshaller(responseType))
            .build();
    return new Session<>(channel.newCall(descriptor, CallOptions.DEFAULT), headers);
  }

  /** One request; any number of answers. */
  <I extends Message, O extends Message> Session<I, O> ask(
      String method, I request, O responseType) {
    return open(method, request, responseType, new Metadata()).send(request).halfClose();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    threads.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
