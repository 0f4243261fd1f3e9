package io.gantry.cluster.peer;

import akka.actor.AbstractActor;
import akka.actor.ExtendedActorSystem;
import akka.cluster.ddata.DurableStore;
import akka.serialization.SerializationExtension;
import akka.serialization.Serializers;
import com.typesafe.config.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Distributed Data's durable keys on disk: a file for each, there whole or not at all, written and
 * forced before this host says that it has a value. It runs on a thread of its own and may wait.
 * What cannot be read at the start ends the node: what it would forget the cluster was promised.
 */
public final class IntentFiles extends AbstractActor {
  private static final Logger LOG = LoggerFactory.getLogger(IntentFiles.class);
  private final Path directory;

  /** {@code durable}: {@code akka.cluster.distributed-data.durable}. */
  public IntentFiles(Config durable) {
    directory = Path.of(durable.getString("gantry-directory"));
  }

  @Override
  public Receive createReceive() {
    return receiveBuilder()
        .matchEquals(DurableStore.LoadAll$.MODULE$, _ -> load())
        .match(DurableStore.Store.class, this::store)
        .build();
  }

  private void load() throws IOException {
    var found = new HashMap<String, DurableStore.DurableDataEnvelope>();
    if (Files.isDirectory(directory)) {
      try (var files = Files.newDirectoryStream(directory, "*.shelf")) {
        for (var file : files) {
          found.put(key(file), read(Files.readAllBytes(file)));
        }
      }
    }
    if (!found.isEmpty()) {
      var data = CollectionConverters.asScala(found);
      getSender()
          .tell(new DurableStore.LoadData(scala.collection.immutable.Map.from(data)), getSelf());
    }
    getSender().tell(DurableStore.LoadAllCompleted$.MODULE$, getSelf());
  }

  private void store(DurableStore.Store store) {
    var reply = store.reply();
    try {
      write(file(store.key()), bytes(store.data()));
      if (reply.isDefined()) {
        reply.get().replyTo().tell(reply.get().successMsg(), getSelf());
      }
    } catch (IOException | UncheckedIOException failed) {
      LOG.warn("an intent of the cluster is not on disk: {}", failed.toString());
      if (reply.isDefined()) {
        reply.get().replyTo().tell(reply.get().failureMsg(), getSelf());
      }
    }
  }

  private Path file(String key) {
    return directory.resolve(key.replace('/', '-') + ".shelf");
  }

  private static String key(Path file) {
    return String.valueOf(file.getFileName()).replace(".shelf", "").replace('-', '/');
  }

  /** The serializer's number, the length of the manifest, the manifest, the bytes. */
  private byte[] bytes(DurableStore.DurableDataEnvelope envelope) {
    var serializer =
        SerializationExtension.get(getContext().getSystem()).findSerializerFor(envelope);
    var manifest =
        Serializers.manifestFor(serializer, envelope)
            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    var data = serializer.toBinary(envelope);
    return ByteBuffer.allocate(8 + manifest.length + data.length)
        .putInt(serializer.identifier())
        .putInt(manifest.length)
        .put(manifest)
        .put(data)
        .array();
  }

  private DurableStore.DurableDataEnvelope read(byte[] bytes) throws IOException {
    var buffer = ByteBuffer.wrap(bytes);
    if (buffer.remaining() < 8) {
      throw new IOException("a file of intents in %s is cut off".formatted(directory));
    }
    var identifier = buffer.getInt();
    var length = buffer.getInt();
    if (length < 0 || length > buffer.remaining()) {
      throw new IOException("a file of intents in %s is damaged".formatted(directory));
    }
    var manifest = new byte[length];
    buffer.get(manifest);
    var data = new byte[buffer.remaining()];
    buffer.get(data);
    var system = (ExtendedActorSystem) getContext().getSystem();
    return (DurableStore.DurableDataEnvelope)
        SerializationExtension.get(system)
            .deserialize(
                data, identifier, new String(manifest, java.nio.charset.StandardCharsets.UTF_8))
            .get();
  }

  private void write(Path file, byte[] bytes) throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    var next = directory.resolve(file.getFileName() + ".new");
    Files.deleteIfExists(next);
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    try (var channel =
        FileChannel.open(
            next, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode)) {
      var rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    try (var entries = FileChannel.open(directory, StandardOpenOption.READ)) {
      entries.force(true);
    }
  }
}
