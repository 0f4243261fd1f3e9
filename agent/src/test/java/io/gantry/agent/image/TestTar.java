package io.gantry.agent.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Makes tars for tests with another implementation than the one under test. */
public final class TestTar {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8");

  public TestTar() {
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
  }

  public TestTar directory(String name, int mode) {
    var entry = new TarArchiveEntry(name, TarConstants.LF_DIR, true);
    entry.setMode(mode);
    return put(entry, new byte[0]);
  }

  public TestTar file(String name, String content, int mode) {
    return file(name, content.getBytes(StandardCharsets.UTF_8), mode, 0, 0, Map.of());
  }

  public TestTar file(
      String name, byte[] content, int mode, int uid, int gid, Map<String, String> pax) {
    var entry = new TarArchiveEntry(name, TarConstants.LF_NORMAL, true);
    entry.setMode(mode);
    entry.setUserId(uid);
    entry.setGroupId(gid);
    entry.setSize(content.length);
    pax.forEach(entry::addPaxHeader);
    return put(entry, content);
  }

  public TestTar link(String name, String target, byte type) {
    var entry = new TarArchiveEntry(name, type, true);
    entry.setLinkName(target);
    return put(entry, new byte[0]);
  }

  public TestTar symlink(String name, String target) {
    return link(name, target, TarConstants.LF_SYMLINK);
  }

  public TestTar hardLink(String name, String target) {
    return link(name, target, TarConstants.LF_LINK);
  }

  public TestTar device(String name, byte type, int major, int minor) {
    var entry = new TarArchiveEntry(name, type, true);
    entry.setDevMajor(major);
    entry.setDevMinor(minor);
    entry.setMode(0600);
    return put(entry, new byte[0]);
  }

  private TestTar put(TarArchiveEntry entry, byte[] content) {
    try {
      entry.setModTime(1_600_000_000_000L);
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public byte[] bytes() throws IOException {
    tar.close();
    return bytes.toByteArray();
  }
}
