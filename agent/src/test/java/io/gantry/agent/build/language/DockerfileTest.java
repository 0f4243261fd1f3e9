package io.gantry.agent.build.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gantry.agent.build.language.Dockerfile.Statement;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DockerfileTest {
  private static Dockerfile parse(String text) throws SyntaxError {
    return Dockerfile.parse(text);
  }

  private static Instruction one(String text) throws SyntaxError {
    return parse("FROM x\n" + text).stages().getFirst().statements().getFirst().instruction();
  }

  private static List<String> texts(String text) throws SyntaxError {
    return parse("FROM x\n" + text).stages().getFirst().statements().stream()
        .map(Statement::text)
        .toList();
  }

  @Test
  void stagesAreGroupedAndArgumentsBeforeThemStandAlone() throws SyntaxError {
    var file = parse("ARG A=1\nFROM --platform=linux/arm64 a:$A AS Build\nRUN x\nFROM scratch\n");
    assertThat(file.head()).hasSize(1);
    assertThat(file.stages()).hasSize(2);
    assertThat(file.stages().getFirst().from())
        .isEqualTo(new Instruction.From("a:$A", Optional.of("build"), Optional.of("linux/arm64")));
    assertThat(file.stages().getFirst().statements()).hasSize(1);
  }

  @Test
  void continuedLinesAreOneInstructionAndCommentsInThemAreNone() throws SyntaxError {
    assertThat(texts("# one\nRUN a && \\\n  # not this\n  b \\\n\n  c\n"))
        .containsExactly("RUN a &&   b   c");
  }

  @Test
  void aDoubledEscapeEndsTheLine() throws SyntaxError {
    assertThat(texts("RUN a \\\\\nRUN b")).containsExactly("RUN a \\\\", "RUN b");
  }

  @Test
  void theEscapeDirectiveChangesWhatContinues() throws SyntaxError {
    var file = parse("# escape=`\nFROM x\nRUN a `\n  b c:\\\n");
    assertThat(file.escape()).isEqualTo('`');
    assertThat(file.stages().getFirst().statements().getFirst().text()).isEqualTo("RUN a   b c:\\");
  }

  @Test
  void aSyntaxDirectiveIsReadAndNotObeyed() throws SyntaxError {
    assertThat(parse("# syntax=docker/dockerfile:1\n# check=skip=all\nFROM x\n").stages())
        .hasSize(1);
  }

  @Test
  void documentsBelongToTheirInstruction() throws SyntaxError {
    var run = (Instruction.Run) one("RUN <<EOF\necho a\n# no comment\nEOF\nRUN b");
    assertThat(run.documents())
        .containsExactly(new Heredoc("EOF", "<<EOF", "echo a\n# no comment\n", true, false));
    var copy = (Instruction.Copy) one("COPY <<-\"A\" <<B /x/\n\tone\n\tA\ntwo $x\nB\n");
    assertThat(copy.transfer().documents())
        .containsExactly(
            new Heredoc("A", "<<-\"A\"", "\tone\n", false, true),
            new Heredoc("B", "<<B", "two $x\n", true, false));
    assertThat(copy.transfer().documents().getFirst().text()).isEqualTo("one\n");
    assertThat(copy.transfer().destination()).isEqualTo("/x/");
  }

  @Test
  void whatLooksLikeADocumentInsideAWordIsNone() throws SyntaxError {
    assertThat(((Instruction.Run) one("RUN echo $((1<<2)) x<<<y")).documents()).isEmpty();
  }

  @Test
  void bothFormsOfEnv() throws SyntaxError {
    assertThat(one("ENV a=1 b=\"two words\" c=x\\ y"))
        .isEqualTo(
            new Instruction.Env(
                List.of(
                    new NameValue("a", "1", false),
                    new NameValue("b", "\"two words\"", false),
                    new NameValue("c", "x\\ y", false))));
    assertThat(one("ENV key the rest of it"))
        .isEqualTo(new Instruction.Env(List.of(new NameValue("key", "the rest of it", true))));
  }

  @Test
  void commandsInJsonAreWordsAndAnythingElseIsForTheShell() throws SyntaxError {
    assertThat(one("CMD [\"a\", \"b c\"]"))
        .isEqualTo(new Instruction.Cmd(new Command.Exec(List.of("a", "b c"))));
    assertThat(one("CMD [a, b]")).isEqualTo(new Instruction.Cmd(new Command.Shell("[a, b]")));
    assertThat(new Command.Shell("x y").words(List.of("/bin/sh", "-c")))
        .containsExactly("/bin/sh", "-c", "x y");
  }

  @Test
  void flagsOfCopyAreRead() throws SyntaxError {
    var copy =
        (Instruction.Copy)
            one(
                "COPY --from=b --chown=1:2 --chmod=755 --link --exclude=*.o --exclude=t/** a b"
                    + " /c/");
    var transfer = copy.transfer();
    assertThat(transfer.from()).contains("b");
    assertThat(transfer.owner()).contains("1:2");
    assertThat(transfer.mode()).contains("755");
    assertThat(transfer.link()).isTrue();
    assertThat(transfer.exclude()).containsExactly("*.o", "t/**");
    assertThat(transfer.sources()).containsExactly("a", "b");
  }

  @Test
  void mountsOfRunAreRead() throws SyntaxError {
    var run =
        (Instruction.Run)
            one("RUN --mount=type=cache,target=/c,sharing=locked,mode=0700 --network=none make");
    var mount = run.mounts().getFirst();
    assertThat(mount.type()).isEqualTo(RunMount.Type.CACHE);
    assertThat(mount.sharing()).isEqualTo(RunMount.Sharing.LOCKED);
    assertThat(mount.mode()).hasValue(0700);
    assertThat(run.network()).contains("none");
  }

  @Test
  void healthchecksKeepTheirNumbers() throws SyntaxError {
    assertThat(one("HEALTHCHECK --interval=1m30s --retries=3 CMD [\"x\"]"))
        .isEqualTo(new Instruction.Healthcheck(List.of("CMD", "x"), 90_000_000_000L, 0, 0, 0, 3));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          FOO bar                       | unknown instruction: FOO
          COPY --bad=1 a b              | unknown flag: --bad
          COPY --from=a --from=b a b    | duplicate flag specified: --from
          COPY --from a b               | missing a value on flag: --from
          COPY --link=maybe a b         | expecting boolean value for flag --link, not: maybe
          COPY a                        | COPY requires at least two arguments, but only one was provided. Destination could not be determined
          ENV a                         | ENV must have two arguments
          ENV a=1 b                     | Syntax error - can't find = in "b". Must be of the form: name=value
          LABEL =x                      | LABEL names can not be blank
          SHELL /bin/bash               | SHELL requires the arguments to be in JSON form
          WORKDIR                       | WORKDIR requires exactly one argument
          ONBUILD FROM x                | FROM isn't allowed as an ONBUILD trigger
          ONBUILD ONBUILD RUN x         | Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed
          HEALTHCHECK WHAT              | Unknown type "WHAT" in HEALTHCHECK (try CMD)
          HEALTHCHECK --retries=x CMD a | strconv.ParseInt: parsing "x": invalid syntax
          RUN --mount=type=odd,target=/ x | unsupported mount type "odd"
          RUN --mount=tipe=bind x       | unexpected key 'tipe' in 'tipe=bind'
          RUN --network=moon x          | unsupported network mode moon
          RUN <<EOF                     | unterminated heredoc
          """)
  void whatIsWrongIsSaidInDockersWordsWithItsLine(String text, String reason) {
    assertThatThrownBy(() -> parse("FROM x\n\n" + text))
        .isInstanceOf(SyntaxError.class)
        .hasMessage("dockerfile parse error on line 3: " + reason);
  }

  @Test
  void aFileWithoutAStageSaysSo() {
    assertThatThrownBy(() -> parse("# nothing\n")).hasMessage("file with no instructions");
    assertThatThrownBy(() -> parse("RUN x\n"))
        .hasMessage("dockerfile parse error on line 1: no build stage in current context");
    assertThatThrownBy(() -> parse("FROM a b\n"))
        .hasMessage(
            "dockerfile parse error on line 1: FROM requires either one or three arguments");
    assertThatThrownBy(() -> parse("FROM a AS 1x\n"))
        .hasMessage(
            "dockerfile parse error on line 1: invalid name for build stage: \"1x\", name can't"
                + " start with a number or contain symbols");
  }

  @Test
  void anExcerptMarksTheLine() {
    var text = "FROM x\nRUN a\nFOO b\nRUN c\n";
    var error = catchThrowableOfType(SyntaxError.class, () -> parse(text));
    assertThat(Excerpt.of(text, "Dockerfile", error))
        .isEqualTo(
            """
            Dockerfile:3
            --------------------
               1 |     FROM x
               2 |     RUN a
               3 | >>> FOO b
               4 |     RUN c
               5 |    \s
            --------------------
            """);
  }
}
