package io.gantry.agent;

import akka.NotUsed;
import akka.stream.javadsl.Flow;
import akka.util.ByteString;

/**
 * A live connection to a process's stdio. Completion of the flow's input is the end of the
 * process's stdin and leaves the output open; the output completes when the process has ended or
 * the detach keys were typed.
 *
 * @param tty one raw stream: every chunk is STDOUT
 */
public record Attachment(boolean tty, Flow<ByteString, Chunk, NotUsed> stdio) {
  public record Chunk(Containers.Stream stream, ByteString data) {}
}
