package io.gantry.agent.docker.http;

import static org.assertj.core.api.Assertions.assertThat;

import akka.util.ByteString;
import io.gantry.agent.docker.http.RequestFraming.Step;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestFramingTest {
  private static final String PLAIN =
      "POST /containers/create HTTP/1.1\r\nHost: docker\r\nContent-Length: 5\r\n\r\nhello";
  private static final String CHUNKED =
      "POST /containers/create HTTP/1.1\r\nHost: docker\r\nTransfer-Encoding: chunked\r\n\r\n"
          + "5;x=y\r\nPOST \r\n10\r\n/exec/1/start HT\r\n0\r\nTrailer: 1\r\n\r\n";
  private static final String ATTACH =
      "POST /v1.44/containers/abc/attach?stdin=1 HTTP/1.1\r\nHost: docker\r\n"
          + "Upgrade: tcp\r\nConnection: Upgrade\r\n\r\n";

  /** What is passed on, and what is held back, when the bytes come in pieces. */
  private record Passed(String forwarded, String held, boolean awaitsVerdict) {}

  private static Passed pass(RequestFraming framing, String text, int... cuts) {
    var forwarded = new StringBuilder();
    var waiting = ByteString.emptyByteString();
    var from = 0;
    for (var i = 0; i <= cuts.length; i++) {
      var to = i == cuts.length ? text.length() : cuts[i];
      waiting = waiting.concat(ByteString.fromString(text.substring(from, to)));
      from = to;
      var more = true;
      while (more) {
        switch (framing.next(waiting)) {
          case Step.Forward(var bytes, var rest) -> {
            forwarded.append(bytes.utf8String());
            waiting = rest;
            more = !rest.isEmpty();
          }
          case Step.Aside(var head, var rest, _) -> {
            forwarded.append(head.utf8String());
            waiting = rest;
            more = false;
          }
          case Step.Hold(var rest) -> {
            waiting = rest;
            more = false;
          }
          case Step.More() -> {
            waiting = ByteString.emptyByteString();
            more = false;
          }
        }
      }
    }
    return new Passed(forwarded.toString(), waiting.utf8String(), framing.awaitsVerdict());
  }

  @Test
  void aBodyWhoseEndIsUnclearIsLeftToBeRefused() {
    for (var headers :
        new String[] {
          "Content-Length: 5\r\nTransfer-Encoding: chunked",
          "Content-Length: 5\r\nContent-Length: 5",
          "Transfer-Encoding: gzip, chunked",
          "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"
        }) {
      var request = "POST /x HTTP/1.1\r\nHost: docker\r\n%s\r\n\r\n".formatted(headers);
      assertThat(pass(new RequestFraming(), request))
          .as(headers)
          .isEqualTo(new Passed("? ? ?\r\n\r\n", "", false));
    }
  }

  @Test
  void aSmallBodyPassesWithItsHeadHoweverItComes() {
    for (var cut = PLAIN.length() - 5; cut < PLAIN.length(); cut++) {
      var framing = new RequestFraming();
      assertThat(framing.next(ByteString.fromString(PLAIN.substring(0, cut))))
          .isEqualTo(new Step.More());
      assertThat(framing.unfinished()).isEqualTo(cut);
      assertThat(framing.next(ByteString.fromString(PLAIN.substring(cut) + "next")))
          .isEqualTo(new Step.Forward(ByteString.fromString(PLAIN), ByteString.fromString("next")));
      assertThat(framing.unfinished()).isZero();
    }
  }

  @Test
  void aLargeBodyAndOneThatIsStillToBeAskedForDoNotWaitForTheirEnd() {
    for (var header : new String[] {"Content-Length: 4097", "Content-Length: 5\r\nExpect: 1"}) {
      var head = "POST /containers/create HTTP/1.1\r\nHost: docker\r\n%s\r\n\r\n".formatted(header);
      assertThat(new RequestFraming().next(ByteString.fromString(head + "h")))
          .isEqualTo(new Step.Forward(ByteString.fromString(head), ByteString.fromString("h")));
    }
  }

  @Test
  void ofAClientThatEndsInASmallBodyTheServerSeesWhatCame() {
    var framing = new RequestFraming();
    var begun = PLAIN.substring(0, PLAIN.length() - 2);
    framing.next(ByteString.fromString(begun));
    assertThat(framing.cutOff().utf8String()).isEqualTo(begun);
    assertThat(framing.cutOff().size()).isZero();
    assertThat(new RequestFraming().cutOff().size()).isZero();
  }

  @Test
  void requestsPassUntouched() {
    assertThat(pass(new RequestFraming(), PLAIN + CHUNKED + PLAIN))
        .isEqualTo(new Passed(PLAIN + CHUNKED + PLAIN, "", false));
  }

  @Test
  void aChunkWithoutItsLineEndIsLeftToBeRefused() {
    var head =
        "POST /containers/create HTTP/1.1\r\nHost: docker\r\nTransfer-Encoding: chunked\r\n\r\n";
    var wrong = "3\r\nabc\r\n2\r\nab0\r\n\r\n";
    assertThat(pass(new RequestFraming(), head + wrong).forwarded()).isEqualTo(head + wrong);
  }

  @Property(tries = 200)
  void aBodyInChunksStaysTheSameHoweverItIsCut(@ForAll long seed) {
    var random = new Random(seed);
    var head =
        "POST /containers/create HTTP/1.1\r\nHost: docker\r\nTransfer-Encoding: chunked\r\n\r\n";
    var body = new StringBuilder();
    for (var i = 0; i < 10; i++) {
      var length = 1 + random.nextInt(random.nextBoolean() ? 20 : 5000);
      body.append(Integer.toHexString(length)).append("\r\n");
      body.append(Character.toString('0' + random.nextInt(10)).repeat(length)).append("\r\n");
    }
    body.append("0\r\n\r\n");
    var text = head + body;
    var cuts = random.ints(5, head.length(), text.length()).sorted().toArray();

    assertThat(pass(new RequestFraming(), text + PLAIN, cuts))
        .isEqualTo(new Passed(text + PLAIN, "", false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /build",
        "POST /v1.44/build?t=a",
        "POST /images/load?quiet=1",
        "POST http://docker/v1.51/images/load",
        "POST /v1.24/images/create?fromSrc=-&repo=a",
        "PUT /containers/some.name_1/archive?path=%2F"
      })
  void largeBodiesGoAside(String request) {
    var head = request + " HTTP/1.1\r\nHost: docker\r\n";
    assertThat(pass(new RequestFraming(), head + "Content-Length: 3\r\n\r\ntar"))
        .isEqualTo(
            new Passed(head + "X-Gantry-Upload: 1\r\nContent-Length: 0\r\n\r\n", "tar", false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /build",
        "POST /build/prune",
        "POST /images/a/push",
        "PUT /images/load",
        "POST /containers/x/archive",
        "PUT /containers/x/y/archive",
        "PUT /v1.44/containers//archive"
      })
  void othersDoNot(String request) {
    var all = request + " HTTP/1.1\r\nHost: docker\r\nContent-Length: 3\r\n\r\ntar";
    assertThat(pass(new RequestFraming(), all)).isEqualTo(new Passed(all, "", false));
  }

  @Test
  void aContextGoesAsideAndItsHeadSaysSoWithoutALength() {
    var framing = new RequestFraming();
    var text =
        "POST /v1.44/build?t=a HTTP/1.1\r\nHost: docker\r\nX-Gantry-Upload: 9\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n";
    assertThat(pass(framing, text))
        .isEqualTo(
            new Passed(
                "POST /v1.44/build?t=a HTTP/1.1\r\nHost: docker\r\nX-Gantry-Upload: 1\r\n"
                    + "Content-Length: 0\r\n\r\n",
                "1\r\na\r\n0\r\n\r\n",
                false));
    framing.uploaded();
    assertThat(pass(framing, PLAIN)).isEqualTo(new Passed(PLAIN, "", false));
  }

  @Test
  void whatFollowsAnAttachWaitsForTheVerdict() {
    assertThat(pass(new RequestFraming(), PLAIN + ATTACH + "for the process"))
        .isEqualTo(new Passed(PLAIN + ATTACH, "for the process", true));
  }

  @Test
  void anAcceptedHijackPassesEverything() {
    var framing = new RequestFraming();
    pass(framing, ATTACH);
    framing.accepted();
    assertThat(pass(framing, ATTACH + "\n\n")).isEqualTo(new Passed(ATTACH + "\n\n", "", false));
  }

  @Test
  void aRefusedHijackIsFollowedByRequests() {
    var framing = new RequestFraming();
    pass(framing, ATTACH);
    framing.refused();
    assertThat(pass(framing, PLAIN)).isEqualTo(new Passed(PLAIN, "", false));
  }

  @Test
  void anExecStartWithoutUpgradeGetsTheHeadersAndKeepsItsBody() {
    var framing = new RequestFraming();
    var start =
        "POST /exec/12/start HTTP/1.1\r\n"
            + "Host: x\r\n"
            + "Connection: keep-alive\r\n"
            + "Content-Length: 2\r\n\r\n"
            + "{}";
    assertThat(pass(framing, start + "stdin"))
        .isEqualTo(
            new Passed(
                "POST /exec/12/start HTTP/1.1\r\nHost: docker\r\nContent-Length: 2\r\n"
                    + "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n{}",
                "stdin",
                true));
    assertThat(framing.upgradeAdded()).isTrue();
  }

  @Test
  void aHostThatIsAPathIsReplaced() {
    assertThat(
            pass(new RequestFraming(), "GET /_ping HTTP/1.1\r\nHost: %2Fvar%2Frun%2Fd.sock\r\n\r\n")
                .forwarded())
        .isEqualTo("GET /_ping HTTP/1.1\r\nHost: docker\r\n\r\n");
  }

  @Test
  void aHeadWithoutEndIsPassedOnAtItsBound() {
    var endless = "GET / HTTP/1.1\r\nX: " + "y".repeat(RequestFraming.MAX_HEAD);
    assertThat(pass(new RequestFraming(), endless).forwarded()).isEqualTo(endless);
  }

  @Property(tries = 300)
  void piecesMakeNoDifference(@ForAll Random random) {
    var text = PLAIN + CHUNKED + PLAIN + ATTACH + "and\r\n\r\nbytes";
    var cuts = random.ints(random.nextInt(20), 0, text.length()).sorted().toArray();
    assertThat(pass(new RequestFraming(), text, cuts)).isEqualTo(pass(new RequestFraming(), text));
  }

  @Property(tries = 300)
  void nothingIsLostOfAnyBytes(@ForAll byte[] bytes) {
    var framing = new RequestFraming();
    var waiting = ByteString.fromArray(bytes);
    var steps = 0;
    while (!waiting.isEmpty() && steps++ < 10_000) {
      waiting =
          switch (framing.next(waiting)) {
            case Step.Forward(_, var rest) -> rest;
            case Step.Aside(_, var rest, _) -> rest;
            case Step.Hold _, Step.More _ -> ByteString.emptyByteString();
          };
    }
    assertThat(waiting.isEmpty()).isTrue();
  }
}
