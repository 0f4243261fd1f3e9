package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/**
 * Clients of all that one host does: runs, execs, volumes, networks, changes, restarts, health and
 * images, at once. Each removes what it made.
 */
final class WideLoad implements AutoCloseable {
  private final DockerApi api;
  private final Insistent client;
  private final RunsFile out;
  private final int files;
  private Crowd crowd = new Crowd();

  /** Begins nothing yet; the agent lives. */
  WideLoad(TempHost host) throws Exception {
    this.api = new DockerApi(host.dockerSocket());
    this.client = new Insistent(api);
    this.out = new RunsFile(Files.createDirectories(host.directory().resolve("wide")));
    client.run("files", "\"Cmd\":[\"sleep\",\"1000\"]", "\"NetworkMode\":\"none\"");
    this.files = Integer.parseInt(client.output("files", "ls /bin | wc -l"));
    client.removeContainer("files");
  }

  void begin(int part) {
    crowd = new Crowd();
    var healing = new HealingLoad(client, out);
    crowd.add("volumes" + part, new VolumeLoad(client, out, files));
    crowd.add("networks" + part, new NetworkLoad(client));
    crowd.add("changes" + part, new ChangeLoad(client));
    crowd.add("restarts" + part, healing::restarted);
    crowd.add("removals" + part, healing::removed);
    crowd.add("health" + part, healing::ill);
    crowd.add("images" + part, new CommitLoad(client));
  }

  /** Fails when something has gone wrong for a client. */
  void complaints() throws InterruptedException, ExecutionException {
    crowd.complaints();
  }

  Map<String, Integer> end() throws InterruptedException, ExecutionException {
    return crowd.end();
  }

  /** All that the clients made is gone; an image that a cut off commit made has no name. */
  void hasLeftNothing() throws IOException {
    assertThat(api.get("/volumes").text()).contains("\"Volumes\":[]");
    assertThat(api.get("/networks?filters=%7B%22type%22%3A%5B%22custom%22%5D%7D").text().strip())
        .isEqualTo("[]");
    api.post("/images/prune", "").succeeded();
    assertThat(api.get("/images/json?all=1").text().split("\"Id\":", -1)).hasSize(2);
  }

  @Override
  public void close() {
    crowd.close();
  }
}
