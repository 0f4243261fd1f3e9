package io.gantry.agent.docker.http;

import akka.stream.Attributes;
import akka.stream.FlowShape;
import akka.stream.Inlet;
import akka.stream.Outlet;
import akka.stream.stage.AbstractInHandler;
import akka.stream.stage.AbstractOutHandler;
import akka.stream.stage.AsyncCallback;
import akka.stream.stage.GraphStage;
import akka.stream.stage.GraphStageLogic;
import akka.stream.stage.TimerGraphStageLogic;
import akka.util.ByteString;
import io.gantry.agent.socket.Connection;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A connection as a flow, for HTTP: what is pushed in is written, what is read comes out.
 *
 * <p>The directions end separately. The peer's end of writing completes the outlet only; completion
 * of the inlet shuts our writing down only, and what the peer still sends is then dropped for at
 * most {@link #LINGER}, so that the kernel does not take back what we wrote. What fits in an {@link
 * Inbox} is read ahead of demand: that is how a client's leaving is noticed while a response is
 * open, and why one that sends much in small pieces is not waited for at each. This, and the
 * lingering, is what {@link io.gantry.agent.socket.ConnectionFlow} does not do.
 */
final class SocketBridge extends GraphStage<FlowShape<ByteString, ByteString>> {
  private static final Duration LINGER = Duration.ofSeconds(2);
  private static final Duration STAYS = Duration.ofMillis(300);
  private static final ByteString END = ByteString.emptyByteString();

  private final Inlet<ByteString> toPeer = Inlet.create("SocketBridge.toPeer");
  private final Outlet<ByteString> fromPeer = Outlet.create("SocketBridge.fromPeer");
  private final FlowShape<ByteString, ByteString> shape = FlowShape.of(toPeer, fromPeer);
  private final Connection connection;
  private final Inbox inbox;
  private final Runnable peerEnded;
  private final Runnable closed;

  /**
   * @param inbox of this connection alone
   * @param peerEnded called once when the peer has stopped writing or is gone
   * @param closed called once after everything has ended
   */
  SocketBridge(Connection connection, Inbox inbox, Runnable peerEnded, Runnable closed) {
    this.connection = connection;
    this.inbox = inbox;
    this.peerEnded = peerEnded;
    this.closed = closed;
  }

  @Override
  public FlowShape<ByteString, ByteString> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes attributes) {
    return new Logic();
  }

  private enum Timer {
    LINGER,
    STAYS
  }

  private final class Logic extends TimerGraphStageLogic {
    private final AsyncCallback<Boolean> received = createAsyncCallback(_ -> offer());
    private final AsyncCallback<Boolean> ended = createAsyncCallback(_ -> onEnded());
    private final AsyncCallback<Integer> written = createAsyncCallback(_ -> onWritten());
    private final AsyncCallback<Throwable> broken = createAsyncCallback(_ -> onBroken());
    private final LinkedBlockingQueue<ByteString> toWrite = new LinkedBlockingQueue<>(2);
    private boolean inputEnded;
    private boolean outputEnded;
    private boolean lingering;
    private boolean writing;

    private Logic() {
      super(shape);
      setHandler(toPeer, new Writing());
      setHandler(fromPeer, new Reading());
    }

    @Override
    public void preStart() {
      setKeepGoing(true);
      Thread.ofVirtual().name("docker-read").start(this::readAll);
      Thread.ofVirtual().name("docker-write").start(this::writeAll);
      pull(toPeer);
    }

    @Override
    public void postStop() {
      connection.close();
      inbox.drop(); // the reader finds the connection closed
      toWrite.clear();
      toWrite.offer(END);
      peerEnded.run();
      closed.run();
    }

    // -- virtual threads

    private void readAll() {
      try {
        while (true) {
          inbox.awaitRoom();
          var bytes = connection.read();
          if (bytes.isEmpty()) {
            inbox.end();
            ended.invoke(true);
            return;
          }
          if (inbox.add(bytes)) {
            received.invoke(true);
          }
        }
      } catch (IOException e) {
        inbox.end();
        broken.invoke(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void writeAll() {
      try {
        for (var next = toWrite.take(); !next.isEmpty(); next = toWrite.take()) {
          connection.write(next);
          written.invoke(next.size());
        }
        connection.endOutput();
        written.invoke(0);
      } catch (IOException e) {
        broken.invoke(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void notice() {
      try {
        connection.whenGone(() -> broken.invoke(new EOFException("the peer is gone")));
      } catch (IOException e) {
        broken.invoke(e);
      }
    }

    // -- the stage

    private void offer() {
      if (lingering || isClosed(fromPeer)) {
        inbox.drop(); // nobody is interested
      } else if (isAvailable(fromPeer)) {
        var bytes = inbox.take();
        if (!bytes.isEmpty()) {
          push(fromPeer, bytes);
        }
        completeWhenTaken();
      }
    }

    private void onEnded() {
      inputEnded = true;
      peerEnded.run();
      completeWhenTaken();
      endWhenBothEnded();
      // It may have closed its output alone: then it waits for what a process says. Most have left.
      scheduleOnce(Timer.STAYS, STAYS);
    }

    private void completeWhenTaken() {
      if (inputEnded && inbox.isEmpty()) {
        complete(fromPeer);
      }
    }

    private void onWritten() {
      writing = false;
      if (outputEnded) {
        lingering = true;
        inbox.drop();
        scheduleOnce(Timer.LINGER, LINGER);
        endWhenBothEnded();
      } else if (isClosed(toPeer)) {
        endOutput();
      } else {
        pull(toPeer);
      }
    }

    private void onBroken() {
      completeStage(); // for who uses this flow a broken peer is one that left
    }

    @Override
    public void onTimer(Object key) {
      switch ((Timer) key) {
        case LINGER -> completeStage();
        case STAYS -> Thread.ofVirtual().name("docker-notice").start(this::notice);
      }
    }

    private void endOutput() {
      outputEnded = true;
      toWrite.add(END);
    }

    private void endWhenBothEnded() {
      if (inputEnded && lingering) {
        completeStage();
      }
    }

    private final class Writing extends AbstractInHandler {
      @Override
      public void onPush() {
        var bytes = grab(toPeer);
        if (bytes.isEmpty()) {
          pull(toPeer);
        } else {
          writing = true;
          toWrite.add(bytes);
        }
      }

      @Override
      public void onUpstreamFinish() {
        if (!writing) {
          endOutput();
        }
      }
    }

    private final class Reading extends AbstractOutHandler {
      @Override
      public void onPull() {
        offer();
      }

      @Override
      public void onDownstreamFinish(Throwable cause) {
        // Nobody reads the peer any more; what is being written goes on to its end.
        inbox.drop();
      }
    }
  }
}
