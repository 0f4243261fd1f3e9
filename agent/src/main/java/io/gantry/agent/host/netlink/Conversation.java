package io.gantry.agent.host.netlink;

import io.gantry.agent.host.kernel.Errno;
import io.gantry.agent.host.kernel.NetlinkSocket;
import io.gantry.agent.host.kernel.SystemCallFailed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Requests to one of the kernel's subsystems in one network namespace, and its answers. */
public final class Conversation implements AutoCloseable {
  private static final int ERROR = 2;
  private static final int DONE = 3;
  private static final int ERROR_SIZE = 20;
  private static final int FLAG_EXTENDED = 0x200;
  private static final int EXTENDED_TEXT = 1;

  private final NetlinkSocket socket;

  private Conversation(NetlinkSocket socket) {
    this.socket = socket;
  }

  /** In the agent's own namespace. */
  public static Conversation here() throws IOException {
    return new Conversation(NetlinkSocket.open(NetlinkSocket.ROUTE));
  }

  public static Conversation in(Path namespace) throws IOException {
    return new Conversation(NetlinkSocket.openIn(namespace, NetlinkSocket.ROUTE));
  }

  /** For a thread that is in the namespace already. */
  public static Conversation of(NetlinkSocket socket) {
    return new Conversation(socket);
  }

  /**
   * Sends requests that are acknowledged one by one. All are tried; the first that failed is
   * thrown, unless its errno is among those {@code allowed}.
   */
  public void tell(Requests requests, Integer... allowed) throws IOException {
    socket.send(requests.bytes());
    var tolerated = Set.of(allowed);
    Optional<SystemCallFailed> first = Optional.empty();
    for (var outstanding = requests.acknowledgements(); outstanding > 0; ) {
      for (var answer : Answer.parse(socket.receive())) {
        if (answer.type() == ERROR) {
          outstanding--;
          var failure = failure(requests, answer);
          if (failure.isPresent() && !requests.isAcknowledged(answer.sequence())) {
            // What frames the others was refused, so none of them is answered.
            throw failure.get();
          }
          if (first.isEmpty()) {
            first = failure.filter(failed -> !tolerated.contains(failed.errno()));
          }
        }
      }
    }
    if (first.isPresent()) {
      throw first.get();
    }
  }

  /** One request and every message of its answer; {@code dump}: until the kernel says done. */
  public List<Answer> ask(Requests request, boolean dump) throws IOException {
    socket.send(request.bytes());
    var answers = new ArrayList<Answer>();
    while (true) {
      for (var answer : Answer.parse(socket.receive())) {
        if (answer.type() == DONE) {
          return answers;
        }
        if (answer.type() == ERROR) {
          var failure = failure(request, answer);
          if (failure.isPresent()) {
            throw failure.get();
          }
          return answers;
        }
        answers.add(answer);
        if (!dump) {
          return answers;
        }
      }
    }
  }

  private static Optional<SystemCallFailed> failure(Requests requests, Answer answer) {
    var body = answer.body();
    var errno = body.limit() < 4 ? Errno.EINVAL : -body.getInt(0);
    if (errno == 0) {
      return Optional.empty();
    }
    var detail = "";
    if ((answer.flags() & FLAG_EXTENDED) != 0) {
      var text = answer.attributes(ERROR_SIZE).get(EXTENDED_TEXT);
      detail = text == null ? "" : " (" + Answer.text(text) + ")";
    }
    return Optional.of(new SystemCallFailed(requests.name(answer.sequence()) + detail, errno));
  }

  @Override
  public void close() {
    socket.close();
  }
}
