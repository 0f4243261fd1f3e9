package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client that makes an image of a container, finds in a container of that image what the first
 * one wrote, and removes both.
 */
record CommitLoad(Insistent client) implements Crowd.Work {
  private static final String SUM = "md5sum /file | cut -c1-32";

  @Override
  public void runOne(String name, int round) throws Exception {
    client.run(
        name,
        "\"Cmd\":[\"sh\",\"-c\",\"head -c 3000000 /dev/urandom > /part; mv /part /file; exec sleep"
            + " 1000\"]",
        "\"NetworkMode\":\"none\"");
    var sum = client.output(name, "while [ ! -e /file ]; do sleep 0.05; done; " + SUM);
    var image = "/images/" + name + ":made";
    client.bring(
        name + ": commit",
        image + "/json",
        answer -> answer.status() == 200,
        () ->
            client.api().post("/commit?container=%s&repo=%s&tag=made".formatted(name, name), "{}"));
    client.awaits(
        name + ": it goes on",
        Insistent.container(name),
        answer -> answer.text().contains("\"Status\":\"running\""));
    client.removeContainer(name);

    var again = name + "-again";
    client.run(
        again,
        "\"Image\":\"%s:made\",\"Cmd\":[\"sleep\",\"1000\"]".formatted(name),
        "\"NetworkMode\":\"none\"");
    assertThat(client.output(again, SUM)).as(name + ": what its image holds").isEqualTo(sum);
    client.removeContainer(again);
    client.bring(
        name + ": remove the image",
        image + "/json",
        answer -> answer.status() == 404,
        () -> client.api().delete(image));
  }
}
