package io.gantry.agent.container.log;

import io.gantry.agent.Containers.LogQuery;
import io.gantry.agent.LogBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * One pass over a log. {@link #next} gives what is there and never waits; who follows calls it
 * again when something was written. Used by one thread at a time.
 *
 * <p>Memory: one block, at most one physical line of {@value #LONGEST_LINE} bytes, and the pieces
 * of unfinished lines.
 */
final class LogCursor implements AutoCloseable {
  static final int BLOCK = 256 * 1024;
  static final int LONGEST_LINE = 1024 * 1024;

  private final LogFiles files;
  private final LineFilter filter;
  private final LineParser parser;
  private final Deque<FileChannel> older = new ArrayDeque<>();

  private @Nullable FileChannel file;
  private @Nullable Object fileKey;
  private byte[] block = new byte[BLOCK];
  private int filled;
  private boolean skipping;
  private boolean gap;

  LogCursor(LogFiles files, LogQuery query) throws IOException {
    this.files = files;
    this.filter = new LineFilter(query);
    this.parser = new LineParser(filter);
    try {
      open(query.tail());
    } catch (IOException | RuntimeException failed) {
      closeAll();
      throw failed;
    }
  }

  /** All files are opened at once, so a rotation meanwhile neither hides nor repeats a line. */
  private void open(OptionalInt tail) throws IOException {
    for (var path : files.all()) {
      try {
        older.add(path.equals(files.current()) ? openCurrent() : open(path));
      } catch (NoSuchFileException none) {
        // Nothing was written yet, or it was rotated away just now.
      }
    }
    if (tail.isPresent()) {
      seek(tail.getAsInt());
    }
    file = older.poll();
  }

  private void seek(int lines) throws IOException {
    var wanted = lines;
    var newest = true;
    // Each stays in the list until it is closed, so that a failure leaves none open.
    for (var files = older.descendingIterator(); files.hasNext(); newest = false) {
      var channel = files.next();
      if (wanted == 0 && !newest) {
        channel.close();
        files.remove();
        continue;
      }
      var start = LogTail.find(channel, channel.size(), wanted);
      channel.position(start.position());
      wanted -= start.lines();
    }
  }

  /** Empty: there is nothing more now. */
  Optional<LogBatch> next() throws IOException {
    while (!filter.past()) {
      var batch = new LogBatch.Builder(BLOCK);
      if (gap) {
        gap = false;
        parser.gap(batch);
      }
      var more = read(batch);
      if (!batch.isEmpty()) {
        return Optional.of(batch.build());
      }
      if (!more) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** The query's end lies behind: nothing will ever come again. */
  boolean past() {
    return filter.past();
  }

  /** What was written without an end, once nothing more will be written. */
  Optional<LogBatch> last() {
    var batch = new LogBatch.Builder(0);
    if (!filter.past()) {
      parser.finish(batch);
      if (!skipping) {
        parser.unreadable(block, 0, filled, batch);
      }
      filled = 0;
    }
    return batch.isEmpty() ? Optional.empty() : Optional.of(batch.build());
  }

  /** False: all files are at their ends. */
  private boolean read(LogBatch.Builder batch) throws IOException {
    var current = file;
    if (current == null) {
      return reopen();
    }
    if (filled == block.length) {
      tooLong(batch);
    }
    var count = current.read(ByteBuffer.wrap(block, filled, block.length - filled));
    if (count <= 0) {
      return advance(current);
    }
    var end = filled + count;
    var start = 0;
    if (skipping) {
      var newline = LineParser.newline(block, 0, end);
      if (newline < 0) {
        filled = 0;
        return true;
      }
      skipping = false;
      start = newline + 1;
    }
    var parsed = start + parser.parse(block, start, end, batch);
    filled = end - parsed;
    System.arraycopy(block, parsed, block, 0, filled);
    return true;
  }

  /** No line of a monitor is as long; the rest of it is passed over. */
  private void tooLong(LogBatch.Builder batch) {
    if (block.length < LONGEST_LINE) {
      block = java.util.Arrays.copyOf(block, 2 * block.length);
      return;
    }
    parser.unreadable(block, 0, filled, batch);
    filled = 0;
    skipping = true;
  }

  private boolean advance(FileChannel atEnd) throws IOException {
    var next = older.poll();
    if (next != null) {
      atEnd.close();
      file = next;
      return true;
    }
    if (rotated()) {
      // Its last lines may have come between that end and the rotation.
      if (atEnd.position() < atEnd.size()) {
        return true;
      }
      atEnd.close();
      file = null;
      return reopenBehindRotations();
    }
    return false;
  }

  private boolean rotated() {
    var now = key(files.current());
    return now != null && !now.equals(fileKey);
  }

  private boolean reopen() throws IOException {
    try {
      file = openCurrent();
      return true;
    } catch (NoSuchFileException none) {
      return false;
    }
  }

  /**
   * Goes on with what followed the file read so far, however often the log was rotated since. Where
   * that file is not there any more, what followed may have gone with it: the gap is marked.
   */
  private boolean reopenBehindRotations() throws IOException {
    var read = fileKey;
    while (true) {
      var before = key(files.current());
      var found = openRotatedSince(read);
      if (before != null && before.equals(key(files.current())) && reopen()) {
        if (before.equals(fileKey)) {
          gap |= !found && read != null;
          older.addLast(Objects.requireNonNull(file));
          file = older.poll();
          return true;
        }
      }
      closeAll();
      if (before == null) {
        return false;
      }
    }
  }

  /** Newer than {@code read}, oldest first, without the current one. False: that one is gone. */
  private boolean openRotatedSince(@Nullable Object read) throws IOException {
    var all = files.all();
    for (var index = all.size() - 2; index >= 0; index--) {
      if (Objects.equals(key(all.get(index)), read)) {
        return true;
      }
      try {
        older.addFirst(open(all.get(index)));
      } catch (NoSuchFileException rotatedAgain) {
        return false;
      }
    }
    return false;
  }

  private void closeAll() throws IOException {
    if (file != null) {
      file.close();
      file = null;
    }
    while (!older.isEmpty()) {
      older.removeLast().close();
    }
  }

  private static FileChannel open(Path path) throws IOException {
    return FileChannel.open(path, StandardOpenOption.READ);
  }

  /** The file and its identity, of the same moment. */
  private FileChannel openCurrent() throws IOException {
    while (true) {
      var before = key(files.current());
      var opened = open(files.current());
      if (before != null && before.equals(key(files.current()))) {
        fileKey = before;
        return opened;
      }
      opened.close();
    }
  }

  private static @Nullable Object key(Path path) {
    try {
      return Files.readAttributes(path, java.nio.file.attribute.BasicFileAttributes.class)
          .fileKey();
    } catch (IOException none) {
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    closeAll();
  }
}
