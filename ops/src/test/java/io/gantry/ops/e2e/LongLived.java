package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Containers that run through all that happens to their agent: one sleeps, one answers on a
 * published port, one writes its log without pause. None may notice anything.
 */
final class LongLived {
  private static final int PORT = 18080;
  private static final int WRITERS_CODE = 7;
  private static final Pattern IDENTITY =
      Pattern.compile("\"(Pid|StartedAt|RestartCount)\":(\"[^\"]*\"|\\d+)");

  /** Writes numbers until it is asked to end; says then how many they were. */
  private static final String WRITER =
      "trap 'e=1' TERM; i=0; while [ -z $e ]; do n=0;"
          + " while [ $n -lt 20 ]; do echo $i; i=$((i+1)); n=$((n+1)); done; sleep 0.02; done;"
          + " echo $i > /out/written; exit "
          + WRITERS_CODE;

  private final TempHost host;
  private final DockerApi api;
  private final Path out;
  private final List<String> before;

  LongLived(TempHost host, Path out) throws IOException {
    this.host = host;
    this.api = new DockerApi(host.dockerSocket());
    this.out = out;
    run("sleeper", "exec sleep 100000", "\"NetworkMode\":\"none\"");
    run(
        "server",
        "exec httpd -f -p 80 -h /etc",
        "\"PortBindings\":{\"80/tcp\":[{\"HostPort\":\"%d\"}]}".formatted(PORT));
    run("writer", WRITER, "\"NetworkMode\":\"none\"");
    before = identities();
  }

  private void run(String name, String script, String network) throws IOException {
    var spec =
        """
        {"Image":"%s","Cmd":["sh","-c","%s"],"HostConfig":{%s,"Binds":["%s:/out"]}}\
        """
            .formatted(Busybox.IMAGE, script, network, out);
    api.post("/containers/create?name=" + name, spec).succeeded();
    api.post("/containers/" + name + "/start", "").succeeded();
  }

  /** In which programs may be run. */
  String container() {
    return "sleeper";
  }

  private List<String> identities() throws IOException {
    var all = new ArrayList<String>();
    for (var name : List.of("sleeper", "server", "writer")) {
      var inspected = api.get("/containers/" + name + "/json").succeeded().text();
      var facts = IDENTITY.matcher(inspected).results().map(fact -> fact.group()).sorted();
      all.add(name + " " + facts.collect(Collectors.joining(" ")));
    }
    return all;
  }

  /** The same processes as at first; the server answers; the log has every line once. */
  void areAsTheyWere() throws IOException {
    assertThat(identities()).isEqualTo(before);
    var fetch = List.of("curl", "-sS", "--max-time", "5", "http://127.0.0.1:" + PORT + "/passwd");
    assertThat(Command.run(host.inNetwork(fetch)).succeeded()).contains("nobody");
    api.post("/containers/writer/stop", "").succeeded();
    assertThat(api.post("/containers/writer/wait", "").text())
        .contains("\"StatusCode\":" + WRITERS_CODE);
    var written = Integer.parseInt(Files.readString(out.resolve("written")).strip());
    var expected = IntStream.range(0, written).mapToObj(Integer::toString).toList();
    var lines = api.get("/containers/writer/logs?stdout=1").succeeded().stream(1).lines().toList();
    assertThat(lines).hasSameSizeAs(expected).isEqualTo(expected);
  }

  void remove() throws IOException {
    for (var name : List.of("sleeper", "server", "writer")) {
      api.delete("/containers/" + name + "?force=1").succeeded();
    }
  }
}
