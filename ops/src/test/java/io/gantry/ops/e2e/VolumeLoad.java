package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client of volumes: makes one, fills it by its first use with all that the image has there,
 * finds the whole of it, and what was written since, with the second use, and removes it.
 *
 * @param files how many the image has in /bin
 */
record VolumeLoad(Insistent client, RunsFile out, int files) implements Crowd.Work {
  @Override
  public void runOne(String name, int round) throws Exception {
    var volume = "/volumes/" + name;
    client.make(
        name,
        "/volumes/create",
        volume,
        "{\"Name\":\"%s\",\"Labels\":{\"round\":\"%d\"}}".formatted(name, round));
    assertThat(client.look(name, volume).text()).contains("\"round\":\"" + round + "\"");

    assertThat(counted(name + "-first", name + ":/bin", "/bin", "touch /bin/mark"))
        .isEqualTo(files);
    assertThat(counted(name + "-second", name + ":/again:ro", "/again", "true"))
        .isEqualTo(files + 1);

    client.create(name + "-holder", "\"Cmd\":[\"true\"]", "\"Binds\":[\"%s:/v\"]".formatted(name));
    Patient.ask(name + ": remove one in use", () -> client.api().delete(volume), 409);
    client.removeContainer(name + "-holder");
    client.remove(volume);
  }

  /** What a container finds in the directory before it does something there. */
  private int counted(String name, String bind, String directory, String then) throws Exception {
    var script = "ls %s | wc -l > /out/%s; %s".formatted(directory, name, then);
    client.run(
        name,
        "\"Cmd\":[\"sh\",\"-c\",\"%s\"],\"Volumes\":{\"/var\":{}}".formatted(script),
        "\"NetworkMode\":\"none\",\"Binds\":[\"%s\",\"%s:/out\"]".formatted(bind, out.directory()));
    client.awaits(
        name + ": end",
        Insistent.container(name),
        answer -> answer.text().contains("\"Status\":\"exited\""));
    assertThat(client.look(name, Insistent.container(name)).text()).contains("\"ExitCode\":0");
    client.removeContainer(name);
    return Integer.parseInt(out.note(name));
  }
}
