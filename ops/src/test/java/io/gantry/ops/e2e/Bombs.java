package io.gantry.ops.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Small archives that unpack to much: a file that repeats one line. */
record Bombs(Path directory) {
  private static final String SCRIPT =
      """
      set -e
      cd "$1"
      mkdir content archive
      yes "$(head -c 600 /dev/urandom | base64 -w0)" | head -c "$2"M > content/big
      tar -C content -cf layer.tar big
      gzip -1 -k layer.tar
      zstd -q -k layer.tar
      printf 'FROM busybox:test\\nCOPY big /big\\n' > content/Dockerfile
      tar -C content -I 'gzip -1' -cf context.gz .
      tar -C content --zstd -cf context.zst .
      digest=$(sha256sum < layer.tar | cut -c1-64)
      printf '{"architecture":"amd64","os":"linux","config":{},"history":[{"created_by":"x"}],' > archive/c.json
      printf '"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' "$digest" >> archive/c.json
      printf '[{"Config":"c.json","RepoTags":["bomb:1"],"Layers":["l.tar"]}]' > archive/manifest.json
      for packed in gz zst; do
        cp layer.tar.$packed archive/l.tar
        tar -C archive -cf load.$packed c.json manifest.json l.tar
      done
      mv layer.tar archive/l.tar
      tar -C archive -I 'gzip -1' -cf whole.gz c.json manifest.json l.tar
      rm -r content
      """;

  /** {@code megabytes}: what each is unpacked. */
  static Bombs make(Path directory, int megabytes) throws IOException {
    Files.createDirectories(directory);
    Command.run(
            List.of("sh", "-c", SCRIPT, "sh", directory.toString(), Integer.toString(megabytes)))
        .succeeded();
    return new Bombs(directory);
  }

  /** For load. */
  List<String> archives() {
    return List.of("load.gz", "load.zst", "whole.gz");
  }

  /** For build. */
  List<String> contexts() {
    return List.of("context.gz", "context.zst");
  }

  /** For import. */
  List<String> layers() {
    return List.of("layer.tar.gz", "layer.tar.zst");
  }

  byte[] read(String name) throws IOException {
    return Files.readAllBytes(directory.resolve(name));
  }

  /** A context whose Dockerfile unpacks a layer. */
  byte[] added(String layer) throws IOException {
    var context = Files.createDirectories(directory.resolve("added-" + layer));
    Files.write(
        context.resolve("Dockerfile"),
        ("FROM busybox:test\nADD " + layer + " /there/\n").getBytes(StandardCharsets.UTF_8));
    Files.copy(directory.resolve(layer), context.resolve(layer));
    var tar = directory.resolve("added-" + layer + ".tar").toString();
    Command.run(List.of("tar", "-C", context.toString(), "-cf", tar, ".")).succeeded();
    return Files.readAllBytes(Path.of(tar));
  }

  /** Needs skopeo. */
  void push(TempHost host, String name) {
    var archive = directory.resolve("whole.tar");
    Command.run(
            List.of(
                "sh",
                "-c",
                "gunzip -c \"$0\" > \"$1\"",
                directory + "/whole.gz",
                archive.toString()))
        .succeeded();
    var words =
        Stream.of(
            "skopeo",
            "--insecure-policy",
            "copy",
            "-q",
            "--dest-tls-verify=false",
            "docker-archive:" + archive,
            "docker://" + name);
    Command.run(host.inNetwork(words.toList())).succeeded();
  }
}
