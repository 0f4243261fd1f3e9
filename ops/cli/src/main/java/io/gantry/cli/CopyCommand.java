package io.gantry.cli;

import com.google.protobuf.ByteString;
import io.gantry.protocol.v1.FileStat;
import io.gantry.protocol.v1.ReadFilesRequest;
import io.gantry.protocol.v1.StatFileRequest;
import io.gantry.protocol.v1.WriteFilesOptions;
import io.gantry.protocol.v1.WriteFilesRequest;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "cp",
    sortOptions = false,
    description = {
      "Copy files between a container and this place, as cp -r does.",
      "",
      "One of SOURCE and TARGET is CONTAINER:PATH, the other a path here, or - for a tar from stdin"
          + " or",
      "to stdout. SOURCE/. is what a directory holds, without itself.",
      ""
    })
final class CopyCommand extends AgentCommand {
  private static final int KIND = 0170000;
  private static final int DIRECTORY = 0040000;
  private static final int LINK = 0120000;

  @Parameters(index = "0", paramLabel = "SOURCE", description = "CONTAINER:PATH, PATH or -")
  private String source = "";

  @Parameters(index = "1", paramLabel = "TARGET", description = "PATH, - or CONTAINER:PATH")
  private String target = "";

  @Option(
      names = {"-a", "--archive"},
      description = "Keep owners")
  private boolean owners;

  CopyCommand(Session session) {
    super(session);
  }

  /** A place in a container. */
  private record Place(String container, String path) {
    /** A colon behind a slash, or no colon, is a path here, as in Docker. */
    static Optional<Place> of(String text) {
      var colon = text.indexOf(':');
      return colon < 1 || text.startsWith("/") || text.startsWith(".")
          ? Optional.empty()
          : Optional.of(new Place(text.substring(0, colon), text.substring(colon + 1)));
    }

    Place parent() {
      var bare = path.replaceFirst("/+$", "");
      var slash = bare.lastIndexOf('/');
      return new Place(container, slash <= 0 ? "/" : bare.substring(0, slash));
    }

    String name() {
      var bare = path.replaceFirst("/+$", "");
      return bare.substring(bare.lastIndexOf('/') + 1);
    }
  }

  @Override
  public Integer call() throws IOException {
    var from = Place.of(source);
    var to = Place.of(target);
    if (from.isPresent() == to.isPresent()) {
      throw new Failure("one of the two has to be CONTAINER:PATH, and the other a path here");
    }
    if (from.isPresent()) {
      fetch(from.get());
    } else {
      send(to.get());
    }
    return 0;
  }

  // -- from a container

  private void fetch(Place from) throws IOException {
    if (target.equals("-")) {
      if (session.terminal().outputIsTerminal()) {
        throw new Failure("a tar is not for a terminal: redirect stdout");
      }
      var pieces = session.files().read(request(from));
      while (pieces.hasNext()) {
        pieces.next().getChunk().writeTo(out());
      }
      return;
    }
    var stat = stat(from);
    var isDirectory = (stat.getMode() & KIND) == DIRECTORY;
    var here = Path.of(target).toAbsolutePath();
    if (Files.isDirectory(here)) {
      unpack(from, here, isContent(from.path()) ? 1 : 0);
    } else if (isDirectory) {
      if (Files.exists(here)) {
        throw new Failure("cannot copy a directory over the file " + target);
      }
      Files.createDirectory(here);
      unpack(from, here, 1);
    } else {
      unpackAs(from, stat, here);
    }
  }

  private void unpackAs(Place from, FileStat stat, Path here) throws IOException {
    if (target.endsWith("/")) {
      throw new Failure("there is no directory " + target);
    }
    // Never a file that looks whole and is not.
    var beside = Files.createTempDirectory(here.getParent(), ".gantry-cp-");
    try {
      unpack(from, beside, 0);
      Files.move(beside.resolve(stat.getName()), here, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside.resolve(stat.getName()));
      Files.delete(beside);
    }
  }

  private void unpack(Place from, Path directory, int levels) throws IOException {
    try (var tar = TarProgram.unpack(directory, levels, owners)) {
      var pieces = session.files().read(request(from));
      while (pieces.hasNext()) {
        tar.take(pieces.next().getChunk());
      }
      tar.finish();
    }
  }

  private static ReadFilesRequest request(Place from) {
    return ReadFilesRequest.newBuilder()
        .setContainer(from.container())
        .setPath(from.path())
        .build();
  }

  private static boolean isContent(String path) {
    return path.endsWith("/.") || path.equals(".");
  }

  // -- to a container

  private void send(Place to) throws IOException {
    if (source.equals("-")) {
      var writing = writing(to);
      TarInput.send(session, source, piece -> writing.send(chunk(piece)));
      writing.halfClose();
      writing.awaitEnd();
      return;
    }
    var here = Path.of(source).toAbsolutePath();
    if (!Files.exists(here, LinkOption.NOFOLLOW_LINKS)) {
      throw new Failure("there is no " + source);
    }
    var there = found(to);
    if (there.isPresent() && isDirectory(to, there.get())) {
      var name = isContent(source) ? "." : here.normalize().getFileName().toString();
      pack(isContent(source) ? here : parent(here), name, name, to);
      return;
    }
    if (Files.isDirectory(here) && there.isPresent()) {
      throw new Failure("cannot copy a directory over the file " + target);
    }
    if (!Files.isDirectory(here) && to.path().endsWith("/")) {
      throw new Failure("there is no directory " + target);
    }
    var whole = here.normalize();
    pack(parent(whole), whole.getFileName().toString(), to.name(), to.parent());
  }

  private static Path parent(Path path) {
    var parent = path.normalize().getParent();
    return parent == null ? path : parent;
  }

  private void pack(Path directory, String name, String called, Place to) throws IOException {
    try (var tar = TarProgram.pack(directory, name, called, owners)) {
      var writing = writing(to);
      tar.give(piece -> writing.send(chunk(piece)));
      writing.halfClose();
      writing.awaitEnd();
    }
  }

  private Conversation<WriteFilesRequest, FileStat> writing(Place to) {
    var writing = new Conversation<WriteFilesRequest, FileStat>(_ -> {});
    session.fileStreams().write(writing);
    writing.send(
        WriteFilesRequest.newBuilder()
            .setOptions(
                WriteFilesOptions.newBuilder()
                    .setContainer(to.container())
                    .setPath(to.path())
                    .setKeepKinds(true)
                    .setAsUser(owners))
            .build());
    return writing;
  }

  private static WriteFilesRequest chunk(ByteString piece) {
    return WriteFilesRequest.newBuilder().setChunk(piece).build();
  }

  private boolean isDirectory(Place place, FileStat stat) {
    return switch (stat.getMode() & KIND) {
      case DIRECTORY -> true;
      case LINK ->
          found(new Place(place.container(), stat.getLinkTarget()))
              .map(led -> (led.getMode() & KIND) == DIRECTORY)
              .orElse(false);
      default -> false;
    };
  }

  private Optional<FileStat> found(Place place) {
    try {
      return Optional.of(stat(place));
    } catch (StatusRuntimeException refused) {
      var text = String.valueOf(refused.getStatus().getDescription());
      if (refused.getStatus().getCode() == Status.Code.NOT_FOUND
          && text.startsWith("Could not find the file")) {
        return Optional.empty();
      }
      throw refused;
    }
  }

  private FileStat stat(Place place) {
    return session
        .files()
        .stat(
            StatFileRequest.newBuilder()
                .setContainer(place.container())
                .setPath(place.path())
                .build());
  }
}
