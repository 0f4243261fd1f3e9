package io.gantry.agent.socket;

import akka.NotUsed;
import akka.stream.Attributes;
import akka.stream.FlowShape;
import akka.stream.Inlet;
import akka.stream.Outlet;
import akka.stream.javadsl.Flow;
import akka.stream.stage.AbstractInHandler;
import akka.stream.stage.AbstractOutHandler;
import akka.stream.stage.AsyncCallback;
import akka.stream.stage.GraphStage;
import akka.stream.stage.GraphStageLogic;
import akka.util.ByteString;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.Semaphore;

/**
 * A connection as a flow: what comes in is written, what is read goes out.
 *
 * <p>Reading happens only on demand and a write is acknowledged before the next element is pulled,
 * so the kernel's buffers are the only ones. The two directions end on their own: the end of input
 * half-closes the socket, the peer's end completes the output. The socket is closed when both have
 * ended or either has failed.
 */
public final class ConnectionFlow extends GraphStage<FlowShape<ByteString, ByteString>> {
  private final Inlet<ByteString> in = Inlet.create("Connection.in");
  private final Outlet<ByteString> out = Outlet.create("Connection.out");
  private final FlowShape<ByteString, ByteString> shape = FlowShape.of(in, out);
  private final Connection connection;

  private ConnectionFlow(Connection connection) {
    this.connection = connection;
  }

  /** For one materialization: the connection is its own from now on. */
  public static Flow<ByteString, ByteString, NotUsed> of(Connection connection) {
    return Flow.fromGraph(new ConnectionFlow(connection));
  }

  @Override
  public FlowShape<ByteString, ByteString> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes attributes) {
    return new Logic();
  }

  private final class Logic extends GraphStageLogic {
    private final Semaphore demand = new Semaphore(0);
    private final LinkedTransferQueue<Optional<ByteString>> output = new LinkedTransferQueue<>();
    private final AsyncCallback<ByteString> received = createAsyncCallback(this::onReceived);
    private final AsyncCallback<Boolean> written = createAsyncCallback(this::onWritten);
    private final AsyncCallback<IOException> failed = createAsyncCallback(this::failStage);
    private Optional<Thread> reader = Optional.empty();
    private Optional<Thread> writer = Optional.empty();
    private boolean writing;
    private boolean inputEnded;
    private boolean outputEnded;

    Logic() {
      super(shape);
      setHandler(in, new Input());
      setHandler(out, new Output());
    }

    @Override
    public void preStart() {
      setKeepGoing(true);
      reader = Optional.of(Thread.ofVirtual().name("connection-reader").start(this::readAll));
      writer = Optional.of(Thread.ofVirtual().name("connection-writer").start(this::writeAll));
      pull(in);
    }

    @Override
    public void postStop() {
      connection.close();
      reader.ifPresent(Thread::interrupt);
      writer.ifPresent(Thread::interrupt);
    }

    private void readAll() {
      try {
        for (var bytes = next(); ; bytes = next()) {
          received.invoke(bytes);
          if (bytes.isEmpty()) {
            return;
          }
        }
      } catch (IOException failure) {
        failed.invoke(failure);
      } catch (InterruptedException _) {
        // The stage has stopped.
      }
    }

    private ByteString next() throws IOException, InterruptedException {
      demand.acquire();
      return connection.read();
    }

    private void writeAll() {
      try {
        for (var bytes = output.take(); bytes.isPresent(); bytes = output.take()) {
          connection.write(bytes.get());
          written.invoke(true);
        }
        connection.endOutput();
        written.invoke(false);
      } catch (IOException failure) {
        failed.invoke(failure);
      } catch (InterruptedException _) {
        // The stage has stopped.
      }
    }

    private void onReceived(ByteString bytes) {
      if (bytes.isEmpty()) {
        inputEnded = true;
        complete(out);
        endWhenBothEnded();
      } else if (!isClosed(out)) {
        push(out, bytes);
      }
    }

    private void onWritten(boolean more) {
      writing = false;
      if (!more) {
        outputEnded = true;
        endWhenBothEnded();
      } else if (isClosed(in)) {
        output.add(Optional.empty());
      } else {
        pull(in);
      }
    }

    private void endWhenBothEnded() {
      if (inputEnded && outputEnded) {
        completeStage();
      }
    }

    private final class Input extends AbstractInHandler {
      @Override
      public void onPush() {
        writing = true;
        output.add(Optional.of(grab(in)));
      }

      @Override
      public void onUpstreamFinish() {
        if (!writing) {
          output.add(Optional.empty());
        }
      }
    }

    private final class Output extends AbstractOutHandler {
      @Override
      public void onPull() {
        demand.release();
      }

      @Override
      public void onDownstreamFinish(Throwable cause) {
        inputEnded = true;
        endWhenBothEnded();
      }
    }
  }
}
