package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.tar.TarWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

/**
 * Clients that pull, push, build and load while the agent comes and goes beneath them. A connection
 * that breaks is tried again; no answer may be wrong, and an image that an answer, or a list, has
 * named must run and hold exactly the bytes that it was made of.
 */
final class TransferLoad implements AutoCloseable {
  private static final int FILES = 3;
  private static final int FILE_BYTES = 2_000_000;
  private static final Pattern ID = Pattern.compile("sha256:[0-9a-f]{64}");

  private final DockerCli docker;
  private final DockerApi api;
  private final String registry;
  private final long seed;
  private final byte[] archive;
  private final String pulledId;
  private final AtomicBoolean ending = new AtomicBoolean();
  private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<?>> working = new ArrayList<>();
  private final Map<Verb, Integer> done = Collections.synchronizedMap(new EnumMap<>(Verb.class));

  enum Verb {
    BUILD,
    PUSH,
    PULL,
    LOAD
  }

  /** Prepares what is pulled ({@code REGISTRY/pulled:1}) and what is loaded ({@code loaded:1}). */
  TransferLoad(TempHost host, String registry, long seed) throws Exception {
    this.docker = new DockerCli(host);
    this.api = new DockerApi(host.dockerSocket());
    this.registry = registry;
    this.seed = seed;
    build("loaded:1", new Random(seed));
    archive = api.get("/images/loaded:1/get").succeeded().body();
    remove("loaded:1");
    var name = registry + "/pulled:1";
    build(name, new Random(seed + 1));
    push(name);
    pulledId = id(name);
    remove(name);
  }

  void begin() {
    working.add(clients.submit(() -> again(this::buildPushAndPull)));
    working.add(clients.submit(() -> again(_ -> pullOnce())));
    working.add(clients.submit(() -> again(_ -> loadOnce())));
  }

  private interface Work {
    void run(int round) throws Exception;
  }

  private Void again(Work work) throws Exception {
    for (var round = 0; !ending.get(); round++) {
      work.run(round);
    }
    return null;
  }

  /** Lets each client finish what it is at. */
  Map<Verb, Integer> end() throws InterruptedException, ExecutionException {
    ending.set(true);
    for (var client : working) {
      client.get();
    }
    return Map.copyOf(done);
  }

  private void buildPushAndPull(int round) throws Exception {
    var name = registry + "/built" + round + ":1";
    build(name, new Random(seed + 2 + round));
    var id = id(name);
    count(Verb.BUILD);
    push(name);
    count(Verb.PUSH);
    remove(name);
    pull(name);
    assertThat(id(name)).as("id of %s as it came back", name).isEqualTo(id);
    holdsWhatItShould(name);
    count(Verb.PULL);
    remove(name);
  }

  private void pullOnce() throws Exception {
    var name = registry + "/pulled:1";
    pull(name);
    assertThat(id(name)).isEqualTo(pulledId);
    holdsWhatItShould(name);
    count(Verb.PULL);
    remove(name);
  }

  private void loadOnce() throws Exception {
    stream("load", "Loaded image: loaded:1", () -> api.postTar("/images/load", archive));
    holdsWhatItShould("loaded:1");
    count(Verb.LOAD);
    remove("loaded:1");
  }

  private void count(Verb verb) {
    done.merge(verb, 1, Integer::sum);
  }

  private void build(String name, Random random) throws Exception {
    var context = context(random);
    stream(
        "build " + name,
        "Successfully tagged " + name,
        () -> api.postTar("/build?rm=1&forcerm=1&t=" + name, context));
  }

  private void push(String name) throws Exception {
    var colon = name.lastIndexOf(':');
    var path =
        "/images/%s/push?tag=%s".formatted(name.substring(0, colon), name.substring(colon + 1));
    stream("push " + name, "digest: sha256:", () -> api.post(path, ""));
  }

  private void pull(String name) throws Exception {
    stream("pull " + name, "Status: ", () -> api.post("/images/create?fromImage=" + name, ""));
  }

  private static void stream(String what, String end, Callable<DockerApi.Answer> request)
      throws Exception {
    assertThat(Patient.ask(what, request, 200).text())
        .as(what)
        .contains(end)
        .doesNotContain("\"errorDetail\"");
  }

  private void remove(String name) throws Exception {
    Patient.ask("remove " + name, () -> api.delete("/images/" + name), 200, 404);
  }

  private String id(String name) throws Exception {
    var inspected =
        Patient.ask("inspect " + name, () -> api.get("/images/" + name + "/json"), 200).text();
    var id = ID.matcher(inspected);
    assertThat(id.find()).as(inspected).isTrue();
    return id.group();
  }

  /** Runs in it: its files have the sums that it says they have. */
  void holdsWhatItShould(String image) throws Exception {
    var container = "check-" + Integer.toHexString(image.hashCode());
    var spec =
        """
        {"Image":"%s","Cmd":["sh","-c","cd /noise && sha256sum -c sums"],"HostConfig":{"NetworkMode":"none"}}\
        """
            .formatted(image);
    Patient.ask(
        "create of " + image,
        () -> api.post("/containers/create?name=" + container, spec),
        201,
        409);
    Patient.ask(
        "start of " + image, () -> api.post("/containers/" + container + "/start", ""), 204, 304);
    var waited =
        Patient.ask(
            "wait for " + image, () -> api.post("/containers/" + container + "/wait", ""), 200);
    assertThat(waited.text()).as("sums in " + image).contains("\"StatusCode\":0");
    Patient.ask(
        "remove of " + image, () -> api.delete("/containers/" + container + "?force=1"), 204, 404);
  }

  /** Of all images here, those of this load. */
  List<String> images() {
    return docker
        .run("images", "--format", "{{.Repository}}:{{.Tag}}")
        .succeeded()
        .lines()
        .filter(name -> !name.equals(Busybox.IMAGE))
        .toList();
  }

  private static byte[] context(Random random) throws IOException {
    var dockerfile = new StringBuilder("FROM %s\nWORKDIR /noise\n".formatted(Busybox.IMAGE));
    var sums = new StringBuilder();
    var bytes = new ByteArrayOutputStream();
    var tar = new TarWriter(bytes);
    for (var file = 0; file < FILES; file++) {
      var noise = new byte[FILE_BYTES];
      random.nextBytes(noise);
      tar.file("noise" + file, noise);
      dockerfile.append("COPY noise%d .\n".formatted(file));
      sums.append("%s  noise%d\n".formatted(sha256(noise), file));
    }
    dockerfile.append("COPY sums .\nRUN sha256sum -c sums && echo $RANDOM > made\n");
    tar.file("sums", sums.toString().getBytes(StandardCharsets.US_ASCII));
    tar.file("Dockerfile", dockerfile.toString().getBytes(StandardCharsets.US_ASCII));
    tar.finish();
    return bytes.toByteArray();
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException missing) {
      throw new AssertionError(missing);
    }
  }

  @Override
  public void close() {
    ending.set(true);
    clients.shutdownNow();
  }
}
