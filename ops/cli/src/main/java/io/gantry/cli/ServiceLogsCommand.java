package io.gantry.cli;

import io.gantry.protocol.Moments;
import io.gantry.protocol.v1.OutputStream;
import io.gantry.protocol.v1.ServiceLogsRequest;
import io.gantry.protocol.v1.ServiceLogsResponse;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "logs",
    description = "Print what all replicas have written, each line behind whose it is")
final class ServiceLogsCommand extends AgentCommand {
  @Parameters(paramLabel = "SERVICE", description = "Or a replica, as ps shows its id")
  private String service = "";

  @Option(
      names = {"-f", "--follow"},
      description = "Go on, also with replicas that come later")
  private boolean follow;

  @Option(
      names = {"-n", "--tail"},
      paramLabel = "LINES",
      description = "Only the last lines of each; all by default")
  private Optional<Integer> tail = Optional.empty();

  @Option(names = "--since", paramLabel = "TIME", description = TimeOption.DESCRIPTION)
  private Optional<String> since = Optional.empty();

  @Option(
      names = {"-t", "--timestamps"},
      description = "Print the time before each line")
  private boolean timestamps;

  @Option(names = "--raw", description = "Nothing before a line")
  private boolean raw;

  ServiceLogsCommand(Session session) {
    super(session);
  }

  @Override
  public Integer call() throws IOException {
    var request = ServiceLogsRequest.newBuilder().setService(service).setFollow(follow);
    tail.ifPresent(request::setTail);
    since.map(TimeOption::parse).ifPresent(time -> request.setSince(Moments.timestamp(time)));
    var responses = session.services().logs(request.build());
    while (responses.hasNext()) {
      print(responses.next());
    }
    return 0;
  }

  private void print(ServiceLogsResponse response) throws IOException {
    var line = response.getLine();
    var stream = line.getStream() == OutputStream.OUTPUT_STREAM_STDERR ? err() : out();
    if (timestamps) {
      stream.print(Moments.instant(line.getTime()) + " ");
    }
    if (!raw) {
      stream.print("%s@%s | ".formatted(response.getTaskName(), response.getHostName()));
    }
    line.getData().writeTo(stream);
    stream.flush();
  }
}
