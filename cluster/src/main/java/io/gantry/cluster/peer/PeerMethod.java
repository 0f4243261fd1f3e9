package io.gantry.cluster.peer;

import akka.grpc.ProtobufSerializer;
import akka.grpc.javadsl.GoogleProtobufSerializer;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;

/** A call that another host answers. */
public record PeerMethod<I, O>(
    String service, String name, ProtobufSerializer<I> request, ProtobufSerializer<O> response) {

  public static <I extends Message, O extends Message> PeerMethod<I, O> of(
      String service, String name, Parser<I> request, Parser<O> response) {
    return new PeerMethod<>(
        service,
        name,
        new GoogleProtobufSerializer<>(request),
        new GoogleProtobufSerializer<>(response));
  }

  String path() {
    return "/" + service + "/" + name;
  }
}
