package io.gantry.agent.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostsFileTest {
  private static final List<String> LINE = List.of("10.0.0.2\tweb");

  @TempDir Path directory;

  @Test
  void whatTheContainerWroteStays() throws IOException {
    var file = directory.resolve("hosts");
    Files.writeString(file, "127.0.0.1\tlocalhost\n10.0.0.2\tweb other\nby hand");
    HostsFile.add(file, LINE);
    HostsFile.add(file, LINE);
    assertThat(file)
        .hasContent("127.0.0.1\tlocalhost\n10.0.0.2\tweb other\nby hand\n10.0.0.2\tweb\n");
    HostsFile.remove(file, LINE);
    HostsFile.remove(file, LINE);
    assertThat(file).hasContent("127.0.0.1\tlocalhost\n10.0.0.2\tweb other\nby hand\n");
  }

  @Test
  void theFileIsChangedInPlace() throws IOException {
    var file = Files.writeString(directory.resolve("hosts"), "10.0.0.2\tweb\nrest\n");
    var inode = Files.getAttribute(file, "unix:ino");
    HostsFile.remove(file, LINE);
    HostsFile.add(file, LINE);
    assertThat(Files.getAttribute(file, "unix:ino")).isEqualTo(inode);
    assertThat(file).hasContent("rest\n10.0.0.2\tweb\n");
  }

  @Test
  void aFileThatIsGoneOrNoFileIsLeftAlone() throws IOException {
    HostsFile.add(directory.resolve("nothing"), LINE);
    HostsFile.remove(directory, LINE);
    assertThat(directory.resolve("nothing")).doesNotExist();
  }

  @Property(tries = 200)
  void whateverBytesAreThereComeBack(@ForAll @Size(max = 300) byte[] bytes) throws IOException {
    var file = Files.createTempFile("gantry-hosts", "");
    try {
      Files.write(file, bytes);
      HostsFile.add(file, LINE);
      HostsFile.remove(file, LINE);
      var before = new String(bytes, StandardCharsets.ISO_8859_1);
      var ended = before.isEmpty() || before.endsWith("\n") ? before : before + "\n";
      assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).isEqualTo(ended);
    } finally {
      Files.delete(file);
    }
  }
}
