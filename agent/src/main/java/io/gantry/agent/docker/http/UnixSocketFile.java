package io.gantry.agent.docker.http;

import java.io.IOException;
import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Optional;

/**
 * The file of a listening unix socket. It appears under its name with its final owner and mode
 * 0660: it is bound in a private directory beside it and moved, so that nobody else can connect in
 * between.
 */
final class UnixSocketFile {
  private UnixSocketFile() {}

  /**
   * A socket file that nobody answers on is replaced; one that somebody answers on, or a file of
   * another kind, is left alone and refused.
   */
  static ServerSocketChannel listen(Path path, Optional<String> group) throws IOException {
    refuseIfTaken(path);
    var parent = path.toAbsolutePath().getParent();
    Files.createDirectories(parent);
    var nursery =
        Files.createTempDirectory(
            parent,
            ".d",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    var young = nursery.resolve("s");
    var channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.bind(UnixDomainSocketAddress.of(young), 1024);
      Files.setPosixFilePermissions(young, PosixFilePermissions.fromString("rw-rw----"));
      if (group.isPresent()) {
        give(young, group.get());
      }
      Files.move(young, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      Files.deleteIfExists(young);
      throw e;
    } finally {
      Files.deleteIfExists(nursery);
    }
  }

  private static void give(Path file, String group) throws IOException {
    try {
      var principal =
          file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(group);
      Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .setGroup(principal);
    } catch (UserPrincipalNotFoundException e) {
      throw new IOException(
          "cannot give %s to group %s: there is no such group".formatted(file, group), e);
    }
  }

  private static void refuseIfTaken(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    var attributes =
        Files.readAttributes(
            path, java.nio.file.attribute.BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isOther()) {
      throw new BindException(
          "cannot listen on unix://%s: the file exists and is no socket".formatted(path));
    }
    try (var _ = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      throw new BindException(
          "cannot listen on unix://%s: another process answers there".formatted(path));
    } catch (BindException e) {
      throw e;
    } catch (IOException nobodyAnswers) {
      // A socket left behind: it is replaced.
    }
  }
}
