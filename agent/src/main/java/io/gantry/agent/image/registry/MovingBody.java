package io.gantry.agent.image.registry;

import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;

/**
 * A long body that tells when it last moved. What it takes to send it depends on its size and on
 * the line, so that a limit for the whole request would be wrong for one of them.
 */
final class MovingBody implements BodyPublisher {
  private final BodyPublisher body;
  private volatile long moved = System.nanoTime();

  MovingBody(BodyPublisher body) {
    this.body = body;
  }

  /** Nanoseconds since the connection last took a piece. */
  long stillFor() {
    return System.nanoTime() - moved;
  }

  @Override
  public long contentLength() {
    return body.contentLength();
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
    body.subscribe(new Mover(subscriber));
  }

  private final class Mover implements Flow.Subscriber<ByteBuffer> {
    private final Flow.Subscriber<? super ByteBuffer> to;

    Mover(Flow.Subscriber<? super ByteBuffer> to) {
      this.to = to;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      moved = System.nanoTime();
      to.onSubscribe(subscription);
    }

    @Override
    public void onNext(ByteBuffer piece) {
      moved = System.nanoTime();
      to.onNext(piece);
    }

    @Override
    public void onError(Throwable failure) {
      to.onError(failure);
    }

    @Override
    public void onComplete() {
      moved = System.nanoTime();
      to.onComplete();
    }
  }
}
