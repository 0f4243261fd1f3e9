package io.gantry.agent.docker;

import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.MediaTypes;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.headers.RawHeader;
import akka.stream.OverflowStrategy;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.gantry.agent.docker.json.JsonWriter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Responses as Docker's clients expect them. */
final class Answers {
  private static final int TYPED_AHEAD = 4;

  /** Clients compare the whole header: no charset may follow. */
  static final ContentType JSON = ContentTypes.APPLICATION_JSON;

  /** Spelled as Go spells it. */
  private static final ContentType TEXT =
      MediaTypes.customBinary("text", "plain; charset=utf-8", true).toContentType();

  static final ContentType TAR = binary("x-tar");
  static final ContentType RAW_STREAM = binary("vnd.docker.raw-stream");
  static final ContentType MULTIPLEXED_STREAM = binary("vnd.docker.multiplexed-stream");

  private Answers() {}

  private static ContentType binary(String name) {
    return MediaTypes.applicationBinary(name, true).toContentType();
  }

  static HttpResponse json(int status, ByteString body) {
    return HttpResponse.create().withStatus(status).withEntity(HttpEntities.create(JSON, body));
  }

  static HttpResponse json(int status, JsonWriter.Body body) {
    return json(status, JsonWriter.render(body));
  }

  static HttpResponse empty(int status) {
    return HttpResponse.create().withStatus(status);
  }

  static HttpResponse refusal(Refusal refusal) {
    return error(refusal.kind().httpStatus(), refusal.message());
  }

  static HttpResponse error(int status, String message) {
    return json(status, json -> json.object(() -> json.text("message", message)));
  }

  static HttpResponse text(int status, String body) {
    return HttpResponse.create()
        .withStatus(status)
        .withEntity(HttpEntities.create(TEXT, ByteString.fromString(body)));
  }

  /** Each element is a chunk of its own, and sent at once; so are the headers. */
  static HttpResponse stream(ContentType type, Source<ByteString, ?> body) {
    return HttpResponse.create()
        .withStatus(StatusCodes.OK)
        .withEntity(HttpEntities.createChunked(type, body));
  }

  /**
   * The connection becomes the process's: what the client sends flows in, what flows out reaches
   * it. The half towards the process ends with the client's half, without ending the other. What
   * the client sends is pulled at once: a switched connection loses what nobody has pulled when it
   * ends.
   */
  static HttpResponse hijack(ContentType type, Flow<ByteString, ByteString, ?> stdio) {
    return HttpResponse.create()
        .withStatus(StatusCodes.SWITCHING_PROTOCOLS)
        .withEntity(HttpEntities.create(type, ByteString.emptyByteString()))
        .addHeader(akka.http.javadsl.model.headers.Connection.create("Upgrade"))
        .addHeader(RawHeader.create("Upgrade", "tcp"))
        .addHeader(
            new akka.http.impl.engine.server.UpgradeToOtherProtocolResponseHeader(
                Flow.of(ByteString.class)
                    .buffer(TYPED_AHEAD, OverflowStrategy.backpressure())
                    .via(stdio)
                    .mapMaterializedValue(value -> (Object) value)
                    .asScala()));
  }

  static CompletionStage<HttpResponse> now(HttpResponse response) {
    return CompletableFuture.completedFuture(response);
  }

  static HttpResponse withHeaders(HttpResponse response, List<RawHeader> headers) {
    return response.addHeaders(List.copyOf(headers));
  }
}
