package io.gantry.ops.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Authorities and what they sign, by openssl, as docs/gantryd.md tells operators to do. */
record Certificates(Path directory) {
  /** Its certificate is {@code NAME.pem}. */
  void authority(String name) {
    openssl(
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout %1$s-key.pem -out %1$s.pem"
            .formatted(name),
        "-subj",
        "/CN=" + name);
  }

  /** Of the host 127.0.0.1. */
  void server(String authority, String name) {
    signed(authority, name, "-days 2", "subjectAltName=IP:127.0.0.1", "serverAuth");
  }

  void client(String authority, String name) {
    signed(authority, name, "-days 2", "basicConstraints=CA:FALSE", "clientAuth");
  }

  /** It was over yesterday. */
  void expiredClient(String authority, String name) {

    signed(authority, name, "-days -1", "basicConstraints=CA:FALSE", "clientAuth");
  }

  /** What docker's command line needs to show the certificate of this name. */
  List<String> of(String name) {
    return List.of(
        "--tlscacert",
        directory.resolve("authority.pem").toString(),
        "--tlscert",
        directory.resolve(name + ".pem").toString(),
        "--tlskey",
        directory.resolve(name + "-key.pem").toString());
  }

  private void signed(String authority, String name, String days, String extension, String use) {
    openssl(
        "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout %1$s-key.pem -out %1$s.csr"
            .formatted(name),
        "-subj",
        "/O=Gantry tests/CN=" + name);
    var file = directory.resolve(name + ".ext");
    try {
      Files.writeString(file, "%s\nextendedKeyUsage=%s\n".formatted(extension, use));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    openssl(
        "x509 -req -in %1$s.csr -CA %2$s.pem -CAkey %2$s-key.pem -CAcreateserial -out %1$s.pem -extfile %1$s.ext %3$s"
            .formatted(name, authority, days));
  }

  private void openssl(String line, String... more) {
    var words = new ArrayList<>(List.of("openssl"));
    words.addAll(List.of(line.split(" ")));
    words.addAll(Stream.of(more).toList());
    try {
      var process = new ProcessBuilder(words).directory(directory.toFile()).start();
      Command.finished(words, process, "").succeeded();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
