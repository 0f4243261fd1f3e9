package io.gantry.agent.docker.http;

import akka.stream.Attributes;
import akka.stream.BidiShape;
import akka.stream.Inlet;
import akka.stream.Outlet;
import akka.stream.stage.AbstractInHandler;
import akka.stream.stage.AbstractOutHandler;
import akka.stream.stage.AsyncCallback;
import akka.stream.stage.GraphStage;
import akka.stream.stage.GraphStageLogic;
import akka.stream.stage.TimerGraphStageLogic;
import akka.util.ByteString;
import io.gantry.agent.socket.Budget;
import io.gantry.agent.socket.Connection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Stands between the socket and the HTTP server and makes a hijacked connection what Docker's
 * clients expect: what they send behind an attach or exec start waits until the server has answered
 * and then reaches the process, not the HTTP parser; and a client that did not ask for an upgrade
 * reads "200 OK" instead of "101".
 *
 * <p>Bodies that are large go aside, too: the server sees a request without one, and who carries it
 * out reads the {@link Upload}. Meanwhile nothing is read here.
 */
final class HijackGate
    extends GraphStage<BidiShape<ByteString, ByteString, ByteString, ByteString>> {
  private static final ByteString SWITCHING = ByteString.fromString("HTTP/1.1 101 ");
  private static final ByteString CONTINUE = ByteString.fromString("HTTP/1.1 100 ");
  private static final Pattern UPGRADE_LINES =
      Pattern.compile("(?im)^(?:connection|upgrade|content-length):[^\\n]*\\n");
  private static final Pattern STATUS_LINE = Pattern.compile("^HTTP/1\\.1 101 [^\\r\\n]*");

  private static final String HEAD = "head";

  /** As Go's server has it, which Docker's clients know. */
  private static final int MOST_DISCARDED = 256 << 10;

  private static final Duration HEAD_PATIENCE = Duration.ofSeconds(30);

  /** Written by all and read by nobody. */
  private static final byte[] DISCARDED = new byte[8192];

  /** For the unfinished heads, and small bodies, of all connections. */
  private static final Budget HEADS = new Budget(8 << 20);

  private final Inlet<ByteString> fromServer = Inlet.create("HijackGate.fromServer");
  private final Outlet<ByteString> toPeer = Outlet.create("HijackGate.toPeer");
  private final Inlet<ByteString> fromPeer = Inlet.create("HijackGate.fromPeer");
  private final Outlet<ByteString> toServer = Outlet.create("HijackGate.toServer");
  private final BidiShape<ByteString, ByteString, ByteString, ByteString> shape =
      BidiShape.of(fromServer, toPeer, fromPeer, toServer);
  private final Connection connection;
  private final Inbox inbox;
  private final Consumer<Upload> uploads;
  private final Runnable hijacked;

  /**
   * @param inbox what has been read of the connection
   * @param uploads told of each body that goes aside, before its request comes from the server
   * @param hijacked called once the connection belongs to a process
   */
  HijackGate(Connection connection, Inbox inbox, Consumer<Upload> uploads, Runnable hijacked) {
    this.connection = connection;
    this.inbox = inbox;
    this.uploads = uploads;
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
    private final AsyncCallback<Upload.Rest> givenBack = createAsyncCallback(this::onGivenBack);
    private Optional<BodyDecoder> unread = Optional.empty();
    private int discardedBytes;
    private boolean aside;
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
      if (unread.isPresent()) {
        discard(unread.get());
      }
      if (!isAvailable(toServer) || aside) {
        return;
      }
      switch (framing.next(waiting)) {
        case RequestFraming.Step.Forward(var bytes, var rest) -> {
          waiting = rest;
          push(toServer, bytes);
        }
        case RequestFraming.Step.Aside(var head, var rest, var body) -> {
          aside = true;
          waiting = ByteString.emptyByteString();
          uploads.accept(new Upload(inbox, connection, rest, body, givenBack::invoke));
          push(toServer, head);
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

    private void onGivenBack(Upload.Rest rest) {
      waiting = rest.bytes();
      if (rest.decoder().ended()) {
        goOn();
      } else {
        unread = Optional.of(rest.decoder());
        discardedBytes = 0;
      }
      advance();
    }

    private void goOn() {
      unread = Optional.empty();
      aside = false;
      framing.uploaded();
    }

    /**
     * What nobody wanted of a body: the next request stands behind it. Of much that is unread the
     * rest is not waited for: the request is answered, and the connection ends.
     */
    private void discard(BodyDecoder body) {
      try {
        var bytes = waiting.toByteBuffer();
        while (bytes.hasRemaining() && !body.ended() && discardedBytes < MOST_DISCARDED) {
          discardedBytes += body.decode(bytes, DISCARDED, 0, DISCARDED.length);
        }
        waiting = ByteString.fromByteBuffer(bytes);
      } catch (IOException _) {
        waiting = ByteString.emptyByteString();
      }
      if (body.ended()) {
        goOn();
      } else if (discardedBytes < MOST_DISCARDED && !body.broken() && !isClosed(fromPeer)) {
        readMore();
      } else {
        complete(toServer);
      }
    }

    /** What comes in pieces has a time to be complete, and little room beside all others. */
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
      failStage(new IOException("a request is not complete after " + HEAD_PATIENCE));
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
      if (isClosed(fromPeer) && waiting.isEmpty() && !aside) {
        var cutOff = framing.cutOff();
        if (!cutOff.isEmpty()) {
          emit(toServer, cutOff, () -> complete(toServer));
        } else if (!framing.isHijacking()) {
          complete(toServer);
        }
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
        if (unread.isPresent()) {
          advance();
        }
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
