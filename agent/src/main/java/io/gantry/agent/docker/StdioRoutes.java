package io.gantry.agent.docker;

import akka.NotUsed;
import akka.http.javadsl.model.AttributeKeys;
import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.ws.BinaryMessage;
import akka.http.javadsl.model.ws.Message;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.gantry.agent.Attachment;
import io.gantry.agent.Containers;
import io.gantry.agent.Containers.AttachOptions;
import io.gantry.agent.Containers.LogQuery;
import io.gantry.protocol.v1.Container;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;

/** A container's input and output: attach, logs, resize. */
final class StdioRoutes {
  private final Containers containers;
  private final InstantSource clock;

  StdioRoutes(Containers containers, InstantSource clock) {
    this.containers = containers;
    this.clock = clock;
  }

  void addTo(Router router) {
    router
        .post("/containers/{id}/attach", this::attach)
        .get("/containers/{id}/attach/ws", this::attachWebSocket)
        .post("/containers/{id}/resize", this::resize)
        .get("/containers/{id}/logs", this::logs);
  }

  // -- attach

  private CompletionStage<HttpResponse> attach(Call call) {
    return Replies.reply(
        containers.attach(call.caller(), call.path("id"), options(call)),
        attachment ->
            Answers.hijack(
                streamType(call, attachment.tty()),
                call.flag("logs")
                    ? bytes(attachment).prepend(past(call, attachment.tty()))
                    : bytes(attachment)));
  }

  /**
   * What the container has printed so far. A line may come twice at the seam to the live output.
   */
  private Source<ByteString, NotUsed> past(Call call, boolean tty) {
    var query =
        new LogQuery(
            call.flag("stdout"),
            call.flag("stderr"),
            false,
            Optional.empty(),
            Optional.empty(),
            OptionalInt.empty());
    return Replies.require(containers.logBatches(call.path("id"), query))
        .map(batch -> LogEncoder.encode(batch, tty, false, false));
  }

  private static AttachOptions options(Call call) {
    return new AttachOptions(
        call.flag("logs"),
        call.flag("stream"),
        call.flag("stdin"),
        call.flag("stdout"),
        call.flag("stderr"),
        call.given("detachKeys"));
  }

  /** Messages instead of frames, and both outputs in one. */
  private CompletionStage<HttpResponse> attachWebSocket(Call call) {
    var upgrade =
        call.request()
            .getAttribute(AttributeKeys.webSocketUpgrade)
            .orElseThrow(() -> Refusal.invalid("bad request: expected a websocket handshake"));
    return Replies.reply(
        containers.attach(call.caller(), call.path("id"), options(call)),
        attachment -> upgrade.handleMessagesWith(messages(attachment)));
  }

  private static Flow<Message, Message, ?> messages(Attachment attachment) {
    return Flow.of(Message.class)
        .flatMapConcat(StdioRoutes::content)
        .via(attachment.stdio())
        .map(chunk -> BinaryMessage.create(chunk.data()));
  }

  private static Source<ByteString, NotUsed> content(Message message) {
    var bytes =
        message.isText()
            ? message.asTextMessage().getStreamedText().map(ByteString::fromString)
            : message.asBinaryMessage().getStreamedData();
    return bytes.mapMaterializedValue(_ -> NotUsed.getInstance());
  }

  /** The same for attach and exec. Without a terminal each chunk is a frame. */
  static HttpResponse stdio(Call call, Attachment attachment) {
    return Answers.hijack(streamType(call, attachment.tty()), bytes(attachment));
  }

  static Flow<ByteString, ByteString, NotUsed> bytes(Attachment attachment) {
    return attachment.tty()
        ? attachment.stdio().map(Attachment.Chunk::data)
        : attachment.stdio().map(chunk -> Frames.frame(chunk.stream(), chunk.data()));
  }

  static ContentType streamType(Call call, boolean tty) {
    return !tty && call.version().atLeast(1, 42) ? Answers.MULTIPLEXED_STREAM : Answers.RAW_STREAM;
  }

  private CompletionStage<HttpResponse> resize(Call call) {
    return Replies.reply(
        containers.resize(call.caller(), call.path("id"), size(call, "h"), size(call, "w")),
        _ -> Answers.empty(200));
  }

  static int size(Call call, String name) {
    var size = call.number(name);
    if (size.isEmpty() || size.getAsInt() < 0 || size.getAsInt() > 65_535) {
      throw Refusal.invalid(
          "invalid resize %s \"%s\": must be a number from 0 to 65535"
              .formatted(name.equals("h") ? "height" : "width", call.query(name).orElse("")));
    }
    return size.getAsInt();
  }

  // -- logs

  private CompletionStage<HttpResponse> logs(Call call) {
    var query = LogRequest.read(call, clock.instant());
    var container = Replies.require(containers.inspect(call.path("id")));
    refuseUnreadable(container);
    var tty = container.getSpec().getProcess().getTty();
    var timestamps = call.flag("timestamps");
    var details = call.flag("details");
    var batches = Replies.require(containers.logBatches(container.getId(), query));
    return Answers.now(
        Answers.stream(
            streamType(call, tty),
            batches
                .map(batch -> LogEncoder.encode(batch, tty, timestamps, details))
                .via(call.client().untilGone().flow())));
  }

  private static void refuseUnreadable(Container container) {
    if (container.getSpec().getLog().getDriver().equals("none")) {
      throw new Refusal(
          io.gantry.protocol.ErrorKind.UNSUPPORTED,
          "configured logging driver does not support reading");
    }
  }
}
