package io.gantry.agent.grpc;

import akka.stream.Attributes;
import akka.stream.FlowShape;
import akka.stream.Inlet;
import akka.stream.Outlet;
import akka.stream.stage.AbstractInHandler;
import akka.stream.stage.AbstractOutHandler;
import akka.stream.stage.GraphStage;
import akka.stream.stage.GraphStageLogic;

/**
 * Goes on reading, and drops what it reads, when nobody downstream wants more. Akka HTTP resets an
 * HTTP/2 stream whose request body is cancelled, and the answer that says why would be lost with
 * it. The client stops sending when it has the answer.
 */
final class DrainWhenCancelled<T> extends GraphStage<FlowShape<T, T>> {
  private final Inlet<T> in = Inlet.create("DrainWhenCancelled.in");
  private final Outlet<T> out = Outlet.create("DrainWhenCancelled.out");
  private final FlowShape<T, T> shape = FlowShape.of(in, out);

  @Override
  public FlowShape<T, T> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes attributes) {
    return new Logic();
  }

  private final class Logic extends GraphStageLogic {
    private boolean draining;

    Logic() {
      super(shape);
      setHandler(
          in,
          new AbstractInHandler() {
            @Override
            public void onPush() {
              if (draining) {
                grab(in);
                pull(in);
              } else {
                push(out, grab(in));
              }
            }
          });
      setHandler(
          out,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              pull(in);
            }

            @Override
            public void onDownstreamFinish(Throwable cause) {
              draining = true;
              if (!hasBeenPulled(in) && !isClosed(in)) {
                pull(in);
              }
            }
          });
    }
  }
}
