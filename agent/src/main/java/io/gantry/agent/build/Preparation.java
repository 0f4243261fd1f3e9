package io.gantry.agent.build;

import io.gantry.agent.Builds.Request;
import io.gantry.agent.build.language.Dockerfile;
import io.gantry.agent.build.language.Excerpt;
import io.gantry.agent.build.language.IgnoreRules;
import io.gantry.agent.build.language.Instruction;
import io.gantry.agent.build.language.Malformed;
import io.gantry.agent.build.language.SyntaxError;
import io.gantry.agent.build.language.Variables;
import io.gantry.agent.host.kernel.tree.ByteStrings;
import io.gantry.agent.host.kernel.tree.Tree;
import io.gantry.agent.host.kernel.tree.TreeException;
import io.gantry.agent.image.BadImage;
import io.gantry.agent.image.Compression;
import io.gantry.agent.image.Platform;
import io.gantry.agent.tar.TarReader;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * From what the client sent to a build that can begin: the context unpacked, the Dockerfile
 * understood, the stages planned. Nothing is recorded yet; a failure leaves only the directory.
 *
 * @param bases what each FROM names
 * @param context empty: the client sent a Dockerfile and nothing else
 */
record Preparation(
    Dockerfile file,
    Plan plan,
    Arguments arguments,
    List<Base> bases,
    Optional<ContextFiles> context) {
  private static final int PEEK = 512;
  private static final String DEFAULT = "Dockerfile";

  /** {@code directory}: of this build, exists. */
  static Preparation of(Request request, InputStream body, Path directory)
      throws IOException, BuildFailed, InterruptedException {
    var root = Files.createDirectories(directory.resolve("context"));
    var in = new BufferedInputStream(Compression.unpack(body), 1 << 17);
    in.mark(PEEK + 1);
    var start = in.readNBytes(PEEK);
    in.reset();
    var isTar = TarReader.isHeader(start, start.length) || allZero(start);
    if (!isTar) {
      // A remote file that is no archive is a Dockerfile.
      var text = text(in);
      return planned(request, text, Optional.empty());
    }
    try (var tree = Tree.open(root)) {
      var unpacker = new ContextUnpacker(tree, "", in);
      unpacker.unpack();
      var name = request.dockerfile().isEmpty() ? DEFAULT : request.dockerfile();
      var text = dockerfile(tree, name);
      var hidden = hidden(tree, name);
      return planned(request, text, Optional.of(ContextFiles.of(root, hidden, unpacker.hashes())));
    }
  }

  private static boolean allZero(byte[] start) {
    for (var one : start) {
      if (one != 0) {
        return false;
      }
    }
    return start.length == PEEK;
  }

  private static String text(InputStream in) throws IOException, BuildFailed {
    var bytes = in.readNBytes(Dockerfile.LARGEST + 1);
    if (bytes.length > Dockerfile.LARGEST) {
      throw new BuildFailed("the Dockerfile is larger than %d bytes".formatted(Dockerfile.LARGEST));
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static String dockerfile(Tree tree, String name) throws IOException, BuildFailed {
    var found = readInside(tree, name);
    if (found.isEmpty() && name.equals(DEFAULT)) {
      // As Docker does, for who writes it in small letters.
      found = read(tree, "dockerfile");
    }
    var text =
        found.orElseThrow(
            () -> new BuildFailed("Cannot locate specified Dockerfile: %s".formatted(name)));
    if (text.isEmpty()) {
      throw new BuildFailed("the Dockerfile (%s) cannot be empty".formatted(name));
    }
    return text;
  }

  private static Optional<String> readInside(Tree tree, String name)
      throws IOException, BuildFailed {
    var path = Path.of("/context").resolve(name.replaceFirst("^/+", "")).normalize();
    if (!path.startsWith("/context")) {
      throw new BuildFailed("forbidden path outside the build context: %s ()".formatted(name));
    }
    return read(tree, name);
  }

  private static Optional<String> read(Tree tree, String name) throws IOException, BuildFailed {
    var path = Paths.clean(ByteStrings.fromText(name));
    try (var parent = tree.directory(Paths.parent(path))) {
      var status = path.isEmpty() ? null : tree.status(parent, Paths.leaf(path));
      if (status == null || status.isDirectory()) {
        return Optional.empty();
      }
    } catch (TreeException e) {
      return Optional.empty();
    }
    try (var file = tree.file(path)) {
      var bytes = new ByteArrayOutputStream();
      var buffer = new byte[8192];
      for (int got; (got = file.read(buffer, 0, buffer.length)) >= 0; ) {
        bytes.write(buffer, 0, got);
        if (bytes.size() > Dockerfile.LARGEST) {
          throw new BuildFailed("%s is larger than %d bytes".formatted(name, Dockerfile.LARGEST));
        }
      }
      return Optional.of(bytes.toString(StandardCharsets.UTF_8));
    } catch (TreeException e) {
      if (e.errno() == TreeException.ENOENT || e.errno() == TreeException.ELOOP) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** The ignore file that belongs to the Dockerfile alone comes first. */
  private static IgnoreRules hidden(Tree tree, String name) throws IOException, BuildFailed {
    var text = read(tree, name + ".dockerignore");
    if (text.isEmpty()) {
      text = read(tree, ".dockerignore");
    }
    try {
      return text.isEmpty() ? IgnoreRules.NONE : IgnoreRules.parse(text.get());
    } catch (SyntaxError e) {
      throw new BuildFailed("error parsing .dockerignore: " + e.message());
    }
  }

  private static Preparation planned(Request request, String text, Optional<ContextFiles> context)
      throws BuildFailed {
    Dockerfile file;
    try {
      file = Dockerfile.parse(text);
    } catch (SyntaxError e) {
      var name = request.dockerfile().isEmpty() ? DEFAULT : request.dockerfile();
      throw new BuildFailed(
          e.firstLine() == 0
              ? "failed to parse %s: %s".formatted(name, e.message())
              : (e.message() + "\n" + Excerpt.of(text, name, e)).stripTrailing());
    }
    var arguments =
        Arguments.of(
            request.arguments(), Platforms.arguments(request.platform(), request.target()));
    var bases = new ArrayList<Base>();
    try {
      var variables = new Variables(file.escape(), arguments::inHead);
      for (var statement : file.head()) {
        head((Instruction.Arg) statement.instruction(), arguments, variables);
      }
      for (var stage : file.stages()) {
        var name = variables.expand(stage.from().image());
        if (name.isEmpty()) {
          throw new BuildFailed(
              "base name (%s) should not be blank".formatted(stage.from().image()));
        }
        bases.add(
            new Base(
                name,
                stage.from().platform().isEmpty()
                    ? request.platform()
                    : platform(variables.expand(stage.from().platform().get()))));
      }
    } catch (Malformed e) {
      throw new BuildFailed(e.reason());
    }
    var plan = Plan.of(file, bases, request.target(), request.labels().size());
    return new Preparation(file, plan, arguments, List.copyOf(bases), context);
  }

  private static String platform(String asked) throws BuildFailed {
    try {
      Platform.parse(asked);
      return asked;
    } catch (BadImage e) {
      throw new BuildFailed("failed to parse platform %s: %s".formatted(asked, e.getMessage()));
    }
  }

  private static void head(Instruction.Arg arg, Arguments arguments, Variables variables)
      throws Malformed {
    for (var argument : arg.arguments()) {
      var value = argument.value();
      arguments.declareInHead(
          variables.expand(argument.name()),
          value.isEmpty() ? value : Optional.of(variables.expand(value.get())));
    }
  }
}
