package io.gantry.agent.build;

import io.gantry.agent.build.language.Heredoc;
import io.gantry.agent.build.language.IgnoreRules;
import io.gantry.agent.build.language.Instruction;
import io.gantry.agent.build.language.Instruction.Transfer;
import io.gantry.agent.build.language.Malformed;
import io.gantry.agent.build.language.SyntaxError;
import io.gantry.agent.build.language.Variables;
import io.gantry.agent.host.kernel.tree.ByteStrings;
import io.gantry.agent.host.kernel.tree.Tree;
import io.gantry.agent.image.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** COPY and ADD: what they take is looked at first, for the cache, and then put in place. */
final class TransferStep {
  private static final int DOCUMENT_MODE = 0644;
  private static final int DOWNLOAD_MODE = 0600;

  private final Workshop workshop;
  private final Build build;
  private final StageState state;
  private final Sources sources;

  TransferStep(Workshop workshop, Build build, StageState state, StageResults results, int stage) {
    this.workshop = workshop;
    this.build = build;
    this.state = state;
    this.sources = new Sources(workshop, build, results, stage);
  }

  /**
   * The instruction, its variables replaced.
   *
   * @param name "COPY" or "ADD"
   * @param unpacks local archives
   */
  private record Wanted(
      String name,
      boolean unpacks,
      List<String> paths,
      List<Content> contents,
      String destination,
      Optional<String> from,
      Optional<String> owner,
      OptionalInt mode,
      boolean parents,
      IgnoreRules exclude) {
    boolean toDirectory() {
      return destination.endsWith("/") || destination.endsWith("/.");
    }
  }

  /** A source that is no file of the context. */
  private sealed interface Content {
    String name();

    record Document(String name, byte[] bytes) implements Content {}

    record Download(String name, Path file, Digest digest) implements Content {}

    /** What is in it becomes what is in the destination. */
    record Repository(String name, ContextFiles files) implements Content {}
  }

  Step copy(Transfer transfer, Variables variables)
      throws Malformed, IOException, BuildFailed, InterruptedException {
    return prepared(wanted("COPY", transfer, variables, List.of()));
  }

  Step add(Instruction.Add add, Variables variables)
      throws Malformed, IOException, BuildFailed, InterruptedException {
    var checksum =
        add.checksum().isEmpty()
            ? Optional.<String>empty()
            : Optional.of(variables.expand(add.checksum().get()));
    var downloads = new ArrayList<Content>();
    var local = new ArrayList<String>();
    for (var source : add.transfer().sources()) {
      var expanded = variables.expand(source);
      if (GitRepository.isNamedBy(expanded) && !expanded.startsWith("file:")) {
        downloads.add(repository(expanded, add.keepGitDirectory()));
      } else if (Downloads.isRemote(expanded)) {
        var file = download(expanded, checksum);
        downloads.add(new Content.Download(file.name(), file.file(), file.digest()));
      } else {
        local.add(source);
      }
    }
    if (checksum.isPresent()
        && downloads.stream().noneMatch(one -> one instanceof Content.Download)) {
      throw new BuildFailed("checksum can't be specified for non-HTTP(S) sources");
    }
    var transfer = add.transfer();
    var rest =
        new Transfer(
            local,
            transfer.destination(),
            transfer.documents(),
            transfer.from(),
            transfer.owner(),
            transfer.mode(),
            transfer.link(),
            transfer.parents(),
            transfer.exclude());
    return prepared(wanted("ADD", rest, variables, downloads));
  }

  private Downloads.Fetched download(String address, Optional<String> checksum)
      throws IOException, BuildFailed, InterruptedException {
    try {
      return Downloads.fetch(address, checksum, build.directory());
    } catch (BuildFailed failed) {
      throw new BuildFailed("ADD failed: %s".formatted(failed.message()));
    }
  }

  private Content repository(String address, boolean keepGitDirectory)
      throws IOException, BuildFailed, InterruptedException {
    if (keepGitDirectory) {
      throw new BuildFailed("ADD --keep-git-dir is not supported: %s".formatted(address));
    }
    try {
      var files = GitRepository.files(address, build.directory());
      return new Content.Repository(address, ContextFiles.of(files, IgnoreRules.NONE, Map.of()));
    } catch (BuildFailed failed) {
      throw new BuildFailed("ADD failed: %s".formatted(failed.message()));
    }
  }

  private Wanted wanted(
      String name, Transfer transfer, Variables variables, List<Content> downloads)
      throws Malformed, BuildFailed {
    var contents = new ArrayList<>(downloads);
    var paths = new ArrayList<String>();
    for (var source : transfer.sources()) {
      var document =
          transfer.documents().stream().filter(one -> one.word().equals(source)).findFirst();
      if (document.isPresent()) {
        contents.add(content(document.get(), variables));
      } else {
        paths.add(variables.expand(source));
      }
    }
    var destination = variables.expand(transfer.destination());
    if (destination.isEmpty()) {
      throw new BuildFailed("%s failed: destination is empty".formatted(name));
    }
    return new Wanted(
        name,
        name.equals("ADD"),
        paths,
        contents,
        absolute(destination),
        expanded(transfer.from(), variables),
        expanded(transfer.owner(), variables),
        mode(expanded(transfer.mode(), variables)),
        transfer.parents(),
        exclude(transfer, variables));
  }

  private String absolute(String destination) {
    if (destination.startsWith("/")) {
      return destination;
    }
    var below = state.workingDirectory();
    var joined = (below.endsWith("/") ? below : below + "/") + destination;
    return destination.equals(".") || destination.equals("./") ? joined + "/" : joined;
  }

  private static Optional<String> expanded(Optional<String> text, Variables variables)
      throws Malformed {
    return text.isEmpty() ? text : Optional.of(variables.expand(text.get()));
  }

  private static OptionalInt mode(Optional<String> text) throws BuildFailed {
    if (text.isEmpty()) {
      return OptionalInt.empty();
    }
    if (!text.get().matches("[0-7]{1,5}") || Integer.parseInt(text.get(), 8) > 07777) {
      throw new BuildFailed(
          "invalid chmod parameter: '%s'. it should be octal string and between 0 and 07777"
              .formatted(text.get()));
    }
    return OptionalInt.of(Integer.parseInt(text.get(), 8));
  }

  private static IgnoreRules exclude(Transfer transfer, Variables variables)
      throws Malformed, BuildFailed {
    var patterns = new ArrayList<String>();
    for (var pattern : transfer.exclude()) {
      patterns.add(variables.expand(pattern));
    }
    try {
      return IgnoreRules.of(patterns);
    } catch (SyntaxError e) {
      throw new BuildFailed(e.message());
    }
  }

  private static Content content(Heredoc document, Variables variables) throws Malformed {
    var text = document.expand() ? variables.expandDocument(document.text()) : document.text();
    return new Content.Document(document.name(), text.getBytes(StandardCharsets.UTF_8));
  }

  private Step prepared(Wanted wanted) throws IOException, BuildFailed, InterruptedException {
    var digest = digest(wanted);
    var createdBy =
        Metadata.nop(
            state,
            "%s %s%s in %s "
                .formatted(
                    wanted.name(),
                    wanted.owner().map(owner -> "--chown=" + owner + " ").orElse(""),
                    digest,
                    wanted.destination()));
    var what = "%s parents=%s mode=%s".formatted(createdBy, wanted.parents(), wanted.mode());
    return new Step(
        new Metadata.Change(state.config(), state.image().getAuthor(), createdBy),
        StageRun.stepKey(state, what),
        Optional.of(() -> carryOut(wanted)));
  }

  /** "file:…", "dir:…" or "multi:…", as the history shows it. */
  private String digest(Wanted wanted) throws IOException, BuildFailed, InterruptedException {
    var hasher = Digest.hasher();
    var kind = "file";
    var count = wanted.contents().size();
    for (var content : wanted.contents()) {
      Hashing.text(hasher, content.name());
      switch (content) {
        case Content.Document(_, var bytes) -> Hashing.bytes(hasher, bytes);
        case Content.Download(_, _, var digest) -> Hashing.text(hasher, digest.toString());
        case Content.Repository(_, var files) -> {
          try (var tree = new SourceTree(files)) {
            hasher.update(tree.digest(tree.find("/").getFirst(), wanted.exclude()));
          }
        }
      }
    }
    if (!wanted.paths().isEmpty()) {
      try (var opened = sources.open(wanted.from());
          var tree = new SourceTree(opened.files())) {
        var found = found(wanted, tree);
        for (var one : found) {
          Hashing.text(hasher, wanted.parents() ? one.path() : "");
          hasher.update(tree.digest(one, wanted.exclude()));
          kind = one.status().isDirectory() ? "dir" : "file";
        }
        count += found.size();
      }
    }
    require(wanted, count);
    return (count > 1 ? "multi" : kind) + ":" + HexFormat.of().formatHex(hasher.digest());
  }

  private static void require(Wanted wanted, int count) throws BuildFailed {
    if (count == 0) {
      throw new BuildFailed("%s failed: no source files were specified".formatted(wanted.name()));
    }
    if (count > 1 && !wanted.toDirectory()) {
      throw new BuildFailed(
          "When using %s with more than one source file, the destination must be a directory and end with a /"
              .formatted(wanted.name()));
    }
  }

  private static List<SourceTree.Found> found(Wanted wanted, SourceTree tree)
      throws IOException, BuildFailed {
    var all = new ArrayList<SourceTree.Found>();
    for (var path : wanted.paths()) {
      try {
        all.addAll(tree.find(path));
      } catch (BuildFailed failed) {
        throw new BuildFailed("%s failed: %s".formatted(wanted.name(), failed.message()));
      }
    }
    return all;
  }

  private Optional<String> carryOut(Wanted wanted)
      throws IOException, BuildFailed, InterruptedException {
    try (var scratch = Scratch.of(workshop, state)) {
      var owner =
          wanted.owner().isEmpty()
              ? Placing.Owner.ROOT
              : Owners.resolve(wanted.owner().get(), scratch.root());
      try (var tree = Tree.open(scratch.root())) {
        place(wanted, tree, new Placing(tree, owner, wanted.mode()));
      } catch (BuildFailed failed) {
        throw failed.message().startsWith(wanted.name())
            ? failed
            : new BuildFailed("%s failed: %s".formatted(wanted.name(), failed.message()));
      }
      return Optional.of(scratch.commit(build.lease()).diffId().toString());
    }
  }

  private void place(Wanted wanted, Tree root, Placing placing)
      throws IOException, BuildFailed, InterruptedException {
    var destination = ByteStrings.fromText(wanted.destination());
    var toDirectory =
        wanted.toDirectory()
            || placing.look(destination).filter(status -> status.isDirectory()).isPresent();
    for (var content : wanted.contents()) {
      var named = toDirectory && !(content instanceof Content.Repository);
      place(
          content,
          placing,
          named ? destination + "/" + ByteStrings.fromText(content.name()) : destination,
          wanted.exclude());
    }
    if (wanted.paths().isEmpty()) {
      return;
    }
    try (var opened = sources.open(wanted.from());
        var from = new SourceTree(opened.files())) {
      for (var path : wanted.paths()) {
        for (var one : from.find(path)) {
          place(wanted, root, placing, from, one, toDirectory, destination, pivot(path));
        }
      }
    }
  }

  private static void place(Content content, Placing placing, String path, IgnoreRules exclude)
      throws IOException, BuildFailed {
    switch (content) {
      case Content.Document(_, var bytes) ->
          placing.file(new ByteArrayInputStream(bytes), DOCUMENT_MODE, path);
      case Content.Download(_, var file, _) -> {
        try (var in = Files.newInputStream(file)) {
          placing.file(in, DOWNLOAD_MODE, path);
        }
      }
      case Content.Repository(_, var files) -> {
        try (var tree = new SourceTree(files)) {
          placing.contents(tree, tree.find("/").getFirst(), path, exclude);
        }
      }
    }
  }

  /** With --parents: what of the path is not kept. */
  private static String pivot(String path) {
    var at = path.indexOf("/./");
    return at < 0 ? "" : Paths.clean(ByteStrings.fromText(path.substring(0, at)));
  }

  private void place(
      Wanted wanted,
      Tree root,
      Placing placing,
      SourceTree from,
      SourceTree.Found one,
      boolean toDirectory,
      String destination,
      String pivot)
      throws IOException, BuildFailed {
    var below = destination;
    if (wanted.parents()) {
      var kept =
          pivot.isEmpty()
              ? one.path()
              : one.path().substring(Math.min(pivot.length() + 1, one.path().length()));
      below = destination + "/" + (one.status().isDirectory() ? kept : Paths.parent(kept));
    }
    if (one.status().isDirectory()) {
      placing.contents(from, one, below, wanted.exclude());
    } else if (wanted.unpacks() && Archives.isArchive(from, one)) {
      // The owner that ADD names is that of files, not of what an archive holds.
      new Placing(root, Placing.Owner.ROOT, OptionalInt.empty()).directory(below).close();
      Archives.unpack(from, one, root, Paths.clean(below));
    } else {
      placing.file(from, one, toDirectory || wanted.parents() ? below + "/" + one.name() : below);
    }
  }
}
