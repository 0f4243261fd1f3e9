package io.gantry.agent.docker.http;

import akka.stream.Attributes;
import akka.stream.BidiShape;
import akka.stream.Inlet;
import akka.stream.Outlet;
import akka.stream.stage.AbstractInHandler;
import akka.stream.stage.AbstractOutHandler;
import akka.stream.stage.GraphStage;
import akka.stream.stage.GraphStageLogic;
import akka.stream.stage.TimerGraphStageLogic;
import akka.util.ByteString;
import io.gantry.agent.socket.Budget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Stands between the socket and the HTTP server and makes a hijacked connection what Docker's
 * clients expect: what they send behind an attach or exec start waits until the server has answered
 * and then reaches the process, not the HTTP parser; and a client that did not ask for an upgrade
 * reads "200 OK" instead of "101".
 *
 * <p>{@code hijacked} is called once the connection belongs to a process.
 */
final class HijackGate
    extends GraphStage<BidiShape<ByteString, ByteString, ByteString, ByteString>> {
  private static final ByteString SWITCHING = ByteString.fromString("HTTP/1.1 101 ");
  private static final ByteString CONTINUE = ByteString.fromString("HTTP/1.1 100 ");
  private static final Pattern UPGRADE_LINES =
      Pattern.compile("(?im)^(?:connection|upgrade|content-length):[^\\n]*\\n");
  private static final Pattern STATUS_LINE = Pattern.compile("^HTTP/1\\.1 101 [^\\r\\n]*");

  private static final String HEAD = "head";
  private static final Duration HEAD_PATIENCE = Duration.ofSeconds(30);

  /** For the unfinished heads of all connections. */
  private static final Budget HEADS = new Budget(8 << 20);

  private final Inlet<ByteString> fromServer = Inlet.create("HijackGate.fromServer");
  private final Outlet<ByteString> toPeer = Outlet.create("HijackGate.toPeer");
  private final Inlet<ByteString> fromPeer = Inlet.create("HijackGate.fromPeer");
  private final Outlet<ByteString> toServer = Outlet.create("HijackGate.toServer");
  private final BidiShape<ByteString, ByteString, ByteString, ByteString> shape =
      BidiShape.of(fromServer, toPeer, fromPeer, toServer);
  private final Runnable hijacked;

  HijackGate(Runnable hijacked) {
    this.hijacked = hijacked;
  }

  @Override
  public BidiShape<ByteString, ByteString, ByteString, ByteString> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes attributes) {
    return new Logic();
  }

  private final class Logic extends TimerGraphStageLogic {
    private final RequestFraming framing = new RequestFraming();
    private ByteString waiting = ByteString.emptyByteString();
    private int held;

    private Logic() {
      super(shape);
      setHandler(fromServer, new Answers());
      setHandler(toPeer, new WhenPeerReads());
      setHandler(fromPeer, new Requests());
      setHandler(toServer, new WhenServerReads());
    }

    /** Called when the server wants bytes and when new ones or a verdict have come. */
    private void advance() {
      if (!isAvailable(toServer)) {
        return;
      }
      switch (framing.next(waiting)) {
        case RequestFraming.Step.Forward(var bytes, var rest) -> {
          waiting = rest;
          push(toServer, bytes);
        }
        case RequestFraming.Step.Hold(var rest) -> {
          waiting = rest;
          if (rest.isEmpty()) {
            readMore();
          }
        }
        case RequestFraming.Step.More() -> {
          waiting = ByteString.emptyByteString();
          readMore();
        }
      }
      hold(framing.unfinished());
      endWhenDrained();
    }

    /** A head that comes in pieces has a time to be complete, and little room beside all others. */
    private void hold(int bytes) {
      if (bytes > 0 && held == 0) {
        scheduleOnce(HEAD, HEAD_PATIENCE);
      } else if (bytes == 0 && held > 0) {
        cancelTimer(HEAD);
      }
      var more = bytes - held;
      held = bytes;
      if (more > 0 && !HEADS.take(more)) {
        held -= more;
        failStage(new IOException("too many unfinished requests at once"));
      } else if (more < 0) {
        HEADS.giveBack(-more);
      }
    }

    @Override
    public void onTimer(Object key) {
      failStage(new IOException("a request's head is not complete after " + HEAD_PATIENCE));
    }

    @Override
    public void postStop() {
      HEADS.giveBack(held);
      held = 0;
    }

    private void readMore() {
      if (!isClosed(fromPeer) && !hasBeenPulled(fromPeer)) {
        pull(fromPeer);
      }
    }

    private void endWhenDrained() {
      if (isClosed(fromPeer) && waiting.isEmpty() && !framing.isHijacking()) {
        complete(toServer);
      }
    }

    private final class Requests extends AbstractInHandler {
      @Override
      public void onPush() {
        waiting = waiting.concat(grab(fromPeer));
        advance();
      }

      @Override
      public void onUpstreamFinish() {
        endWhenDrained();
      }
    }

    private final class WhenServerReads extends AbstractOutHandler {
      @Override
      public void onPull() {
        advance();
      }

      @Override
      public void onDownstreamFinish(Throwable cause) {
        cancel(fromPeer, cause);
      }
    }

    private final class Answers extends AbstractInHandler {
      @Override
      public void onPush() {
        var bytes = grab(fromServer);
        if (!framing.isHijacking() || startsWith(bytes, CONTINUE)) {
          push(toPeer, bytes);
          return;
        }
        if (startsWith(bytes, SWITCHING)) {
          push(toPeer, answer(bytes));
          framing.accepted();
          hijacked.run();
        } else {
          push(toPeer, bytes);
          framing.refused();
        }
        advance();
      }

      private static boolean startsWith(ByteString bytes, ByteString prefix) {
        return bytes.take(prefix.size()).equals(prefix);
      }

      /** The head, as the client expects it. Bytes behind it stay as they are. */
      private ByteString answer(ByteString bytes) {
        var text = bytes.decodeString(StandardCharsets.ISO_8859_1);
        var end = text.indexOf("\r\n\r\n") + 2;
        var head = text.substring(0, Math.max(end, 0));
        if (framing.upgradeAdded()) {
          head = UPGRADE_LINES.matcher(head).replaceAll("");
          head = STATUS_LINE.matcher(head).replaceFirst("HTTP/1.1 200 OK");
          head += "Connection: close\r\n";
        } else {
          head = STATUS_LINE.matcher(head).replaceFirst("HTTP/1.1 101 UPGRADED");
        }
        return ByteString.fromArray(
            (head + text.substring(end)).getBytes(StandardCharsets.ISO_8859_1));
      }

      @Override
      public void onUpstreamFinish() {
        complete(toPeer);
      }
    }

    private final class WhenPeerReads extends AbstractOutHandler {
      @Override
      public void onPull() {
        if (!hasBeenPulled(fromServer)) {
          pull(fromServer);
        }
      }

      @Override
      public void onDownstreamFinish(Throwable cause) {
        cancel(fromServer, cause);
      }
    }
  }
}
