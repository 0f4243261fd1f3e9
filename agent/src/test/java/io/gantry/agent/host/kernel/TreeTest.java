package io.gantry.agent.host.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeTest {
  @TempDir Path directory;

  @Test
  void wholeTreeGoesAndItsNeighboursStay() throws Exception {
    var tree = Files.createDirectories(directory.resolve("tree/a/b"));
    for (var i = 0; i < 1000; i++) {
      Files.createFile(tree.resolve("file-with-a-longer-name-" + i));
    }
    Files.createSymbolicLink(tree.resolve("out"), directory.resolve("neighbour"));
    Files.createDirectories(directory.resolve("neighbour/kept"));
    Tree.delete(directory.resolve("tree"));
    assertThat(directory.toFile().list()).containsExactly("neighbour");
    assertThat(directory.resolve("neighbour/kept")).exists();
  }

  @Test
  void whatIsNotThereIsDeletedAlready() throws Exception {
    Tree.delete(directory.resolve("none"));
    Tree.delete(directory.resolve("none/at/all"));
  }

  @Test
  void treeDeeperThanAnyPathIsDeleted() throws Exception {
    var script = "for i in {1..100}; do mkdir " + "d".repeat(100) + "; cd d*; done; : > end";
    var made = Files.createDirectory(directory.resolve("deep"));
    var shell = Spawn.of(List.of("/bin/bash", "-c", script)).in(made).start();
    assertThat(shell.exit().toCompletableFuture().get(30, TimeUnit.SECONDS)).isZero();
    Tree.delete(made);
    assertThat(directory.toFile().list()).isEmpty();
  }

  @Test
  void namesThatAreNoUtf8AreDeleted() throws Exception {
    var made = Files.createDirectory(directory.resolve("odd"));
    var script = "mkdir $'\\xff\\xfe'; : > $'\\xff\\xfe/\\x80\\n'";
    var shell = Spawn.of(List.of("/bin/bash", "-c", script)).in(made).start();
    assertThat(shell.exit().toCompletableFuture().get(30, TimeUnit.SECONDS)).isZero();
    Tree.delete(made);
    assertThat(directory.toFile().list()).isEmpty();
  }
}
