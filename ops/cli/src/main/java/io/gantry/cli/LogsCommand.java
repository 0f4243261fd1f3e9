package io.gantry.cli;

import com.google.protobuf.Timestamp;
import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.LogsRequest;
import io.gantry.protocol.v1.LogsResponse;
import io.gantry.protocol.v1.OutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "logs", description = "Print what a container has written, each stream to its own")
final class LogsCommand extends AgentCommand {
  @Parameters(paramLabel = "CONTAINER", description = "Id, prefix of one, or name")
  private String container = "";

  @Option(
      names = {"-f", "--follow"},
      description = "Go on until the container has exited")
  private boolean follow;

  @Option(
      names = {"-n", "--tail"},
      paramLabel = "LINES",
      description = "Only the last lines; all by default")
  private String tail = "all";

  @Option(names = "--since", paramLabel = "TIME", description = TimeOption.DESCRIPTION)
  private Optional<String> since = Optional.empty();

  @Option(names = "--until", paramLabel = "TIME", description = TimeOption.DESCRIPTION)
  private Optional<String> until = Optional.empty();

  @Option(
      names = {"-t", "--timestamps"},
      description = "Print the time before each line")
  private boolean timestamps;

  LogsCommand(Session session) {
    super(session);
  }

  @Override
  public Integer call() throws IOException {
    var request = LogsRequest.newBuilder().setContainer(container).setFollow(follow);
    if (!tail.equals("all")) {
      request.setTail(lines());
    }
    since.map(TimeOption::parse).ifPresent(time -> request.setSince(timestamp(time)));
    until.map(TimeOption::parse).ifPresent(time -> request.setUntil(timestamp(time)));
    var responses = session.containers().logs(request.build());
    while (responses.hasNext()) {
      print(responses.next());
    }
    return 0;
  }

  private int lines() {
    try {
      return Integer.parseUnsignedInt(tail);
    } catch (NumberFormatException _) {
      throw new Failure("not a number of lines: \"%s\" (expected a number or all)".formatted(tail));
    }
  }

  private static Timestamp timestamp(Instant time) {
    return Moments.timestamp(time);
  }

  private void print(LogsResponse line) throws IOException {
    var stream = line.getStream() == OutputStream.OUTPUT_STREAM_STDERR ? err() : out();
    if (timestamps) {
      stream.print(Moments.instant(line.getTime()) + " ");
    }
    line.getData().writeTo(stream);
    stream.flush();
  }
}
