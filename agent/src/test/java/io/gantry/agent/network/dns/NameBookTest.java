package io.gantry.agent.network.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.ContainerId;
import io.gantry.agent.network.dns.NameBook.Place;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NameBookTest {
  private final NameBook book = new NameBook();
  private final ContainerId asker = ContainerId.random();
  private final ContainerId web = ContainerId.random();
  private final ContainerId twin = ContainerId.random();

  @Test
  void neighboursAreFoundByEachOfTheirNamesInAnyLetters() {
    book.put(asker, List.of(place("n1", "front", "10.0.0.2", "asker")));
    book.put(web, List.of(place("n1", "front", "10.0.0.3", "Web", "www")));
    assertThat(lookup("web")).containsExactly("10.0.0.3");
    assertThat(lookup("WWW")).containsExactly("10.0.0.3");
    assertThat(lookup("web.front")).containsExactly("10.0.0.3");
    assertThat(lookup("web.back")).isEmpty();
  }

  @Test
  void aNameOfSeveralMeansAllOfThem() {
    book.put(asker, List.of(place("n1", "front", "10.0.0.2", "asker")));
    book.put(web, List.of(place("n1", "front", "10.0.0.3", "svc")));
    book.put(twin, List.of(place("n1", "front", "10.0.0.4", "svc")));
    assertThat(lookup("svc")).containsExactlyInAnyOrder("10.0.0.3", "10.0.0.4");
    book.remove(web);
    assertThat(lookup("svc")).containsExactly("10.0.0.4");
    book.remove(twin);
    assertThat(lookup("svc")).isEmpty();
  }

  @Test
  void strangersAreNotFound() {
    book.put(asker, List.of(place("n1", "front", "10.0.0.2", "asker")));
    book.put(web, List.of(place("n2", "back", "10.1.0.3", "web")));
    assertThat(lookup("web")).isEmpty();
    assertThat(book.reverse(asker, address("10.1.0.3"))).isEmpty();
    book.put(
        asker,
        List.of(
            place("n1", "front", "10.0.0.2", "asker"), place("n2", "back", "10.1.0.2", "asker")));
    assertThat(lookup("web")).containsExactly("10.1.0.3");
    assertThat(book.reverse(asker, address("10.1.0.3"))).contains("web.back");
  }

  @Test
  void anAddressHasTheFirstOfItsNamesThatAnAnswerCanSay() {
    book.put(asker, List.of(place("n1", "front", "10.0.0.2", "asker")));
    var tooLong = "w".repeat(64);
    book.put(web, List.of(place("n1", "front", "10.0.0.3", tooLong, "a..b", "web")));
    assertThat(lookup(tooLong)).containsExactly("10.0.0.3");
    assertThat(book.reverse(asker, address("10.0.0.3"))).contains("web.front");
    book.put(web, List.of(place("n1", "front", "10.0.0.3", tooLong)));
    assertThat(book.reverse(asker, address("10.0.0.3"))).isEmpty();
  }

  @Test
  void aNewNameReplacesTheOldOneAtOnce() {
    book.put(asker, List.of(place("n1", "front", "10.0.0.2", "asker")));
    book.put(web, List.of(place("n1", "front", "10.0.0.3", "old", "alias")));
    book.put(web, List.of(place("n1", "front", "10.0.0.3", "new", "alias")));
    assertThat(lookup("old")).isEmpty();
    assertThat(lookup("new")).containsExactly("10.0.0.3");
    assertThat(lookup("alias")).containsExactly("10.0.0.3");
  }

  @Test
  void aPlaceThatWasLeftIsNotTakenAgainByAnOlderView() {
    var front = place("n1", "front", "10.0.0.3", "web");
    book.put(asker, List.of(place("n1", "front", "10.0.0.2", "asker")));
    book.put(web, List.of(front));
    book.put(web, List.of(place("n2", "back", "10.1.0.3", "web")));
    book.refresh(web, List.of(front, place("n2", "back", "10.1.0.3", "renamed")));
    assertThat(lookup("web")).isEmpty();
    book.remove(web);
    book.refresh(web, List.of(front));
    assertThat(lookup("web")).isEmpty();
  }

  @Test
  void aLinkIsAnAliasForItsOwnerOnly() {
    book.put(
        asker,
        List.of(
            new Place(
                "n1",
                "front",
                List.of("asker"),
                List.of(address("10.0.0.2")),
                Map.of("db", "web"))));
    book.put(web, List.of(place("n1", "front", "10.0.0.3", "web")));
    assertThat(lookup("db")).containsExactly("10.0.0.3");
    assertThat(book.lookup(web, "db")).isEmpty();
  }

  @Test
  void theOrderOfAnswersChanges() {
    book.put(asker, List.of(place("n1", "front", "10.0.0.2", "asker")));
    book.put(web, List.of(place("n1", "front", "10.0.0.3", "svc")));
    book.put(twin, List.of(place("n1", "front", "10.0.0.4", "svc")));
    var answers = new Answers(book, new Random(42));
    var query = Packets.query(1, "svc", Question.A);
    var question = Question.parse(query, query.length).orElseThrow();
    var first =
        IntStream.range(0, 200)
            .mapToObj(_ -> answers.local(asker, query, question, 512).orElseThrow())
            .collect(
                Collectors.groupingBy(
                    reply -> Packets.addresses(reply).getFirst(), Collectors.counting()));
    assertThat(first).containsOnlyKeys("10.0.0.3", "10.0.0.4");
    assertThat(first.values()).allMatch(count -> count > 50);
  }

  @Test
  void whatDoesNotFitIsAskedForAgainByStream() {
    book.put(asker, List.of(place("n1", "front", "10.0.0.2", "asker")));
    for (var i = 0; i < 100; i++) {
      book.put(ContainerId.random(), List.of(place("n1", "front", "10.0.1." + i, "many")));
    }
    var query = Packets.query(1, "many", Question.A);
    var question = Question.parse(query, query.length).orElseThrow();
    var answers = new Answers(book, new Random(1));
    var small = answers.local(asker, query, question, question.room()).orElseThrow();
    assertThat(small).hasSizeLessThanOrEqualTo(512);
    assertThat(Packets.truncated(small)).isTrue();
    var whole = answers.local(asker, query, question, 65_535).orElseThrow();
    assertThat(Packets.truncated(whole)).isFalse();
    assertThat(Packets.answers(whole)).isEqualTo(100);
  }

  @Test
  void aNameWithoutAnAddressOfThatVersionExistsAllTheSame() {
    book.put(asker, List.of(place("n1", "front", "10.0.0.2", "asker")));
    var query = Packets.query(1, "asker", Question.AAAA, 1232);
    var question = Question.parse(query, query.length).orElseThrow();
    var reply = new Answers(book, new Random(1)).local(asker, query, question, 512).orElseThrow();
    assertThat(Packets.code(reply)).isZero();
    assertThat(Packets.answers(reply)).isZero();
  }

  @Test
  void namesBackwardsAreAddresses() {
    assertThat(Answers.address("4.3.2.10.in-addr.arpa")).contains(address("10.2.3.4"));
    assertThat(Answers.address("300.3.2.10.in-addr.arpa")).isEmpty();
    var nibbles = "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa";
    assertThat(Answers.address(nibbles)).contains(address("fd00::1"));
  }

  private List<String> lookup(String name) {
    return book.lookup(asker, name).stream().map(InetAddress::getHostAddress).toList();
  }

  private static Place place(String id, String network, String address, String... names) {
    return new Place(id, network, Arrays.asList(names), List.of(address(address)), Map.of());
  }

  private static InetAddress address(String text) {
    return InetAddress.ofLiteral(text);
  }
}
