package io.gantry.agent.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Images, volumes, networks, disk usage. */
class OtherRoutesTest {
  private ApiServer server;

  @BeforeEach
  void start() {
    server = new ApiServer();
  }

  @AfterEach
  void end() throws Exception {
    server.close();
  }

  private static String filter(String json) {
    return URLEncoder.encode(json, StandardCharsets.UTF_8);
  }

  @Test
  void imagesAreListedWithTheirNames() {
    server.engine.images.put("example/app:1");
    assertThat(server.get("/images/json").json()).hasSize(2);
    var row =
        server.get("/images/json?filters=" + filter("{\"reference\":[\"example/*\"]}")).json();
    assertThat(row).hasSize(1);
    assertThat(row.get(0).get("RepoTags")).hasToString("[\"example/app:1\"]");
    assertThat(row.get(0).get("Labels").get("made").textValue()).isEqualTo("by hand");
    assertThat(row.get(0).has("VirtualSize")).isFalse();
    assertThat(server.get("/images/json?filters=" + filter("{\"dangling\":[\"true\"]}")).json())
        .isEmpty();
    assertThat(server.get("/images/json?filters=" + filter("{\"x\":[\"y\"]}")).status())
        .isEqualTo(400);
  }

  @Test
  void anImageIsInspectedByNameWithSlashesAndById() {
    var id = server.engine.images.put("example/deep/app:1").getId();
    assertThat(server.get("/images/example/deep/app:1/json").json().get("Id").textValue())
        .isEqualTo(id);
    assertThat(server.get("/images/" + id.substring(7) + "/json").status()).isEqualTo(200);
    assertThat(server.get("/v1.44/images/" + id + "/json").json().get("Config").has("Hostname"))
        .isTrue();
    assertThat(server.get("/images/example/deep/app:1/history").json().get(0).get("Id").textValue())
        .isEqualTo(id);
    var missing = server.get("/images/example/none/json");
    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.message()).isEqualTo("No such image: example/none");
  }

  @Test
  void aLoadReadsEverythingAndNamesWhatItMade() {
    var tar = "x".repeat(3_000_000);
    var response = server.call("POST", "/images/load?quiet=1", tar);
    assertThat(response.headers()).containsEntry("content-type", "application/json");
    assertThat(response.body()).isEqualTo("{\"stream\":\"Loaded image: loaded:latest\\n\"}\r\n");
    assertThat(server.engine.images.loadedBytes).isEqualTo(3_000_000);
    assertThat(server.call("POST", "/images/load", tar).body())
        .contains("\"status\":\"Loading layer\"")
        .endsWith("{\"stream\":\"Loaded image: loaded:latest\\n\"}\r\n");
  }

  @Test
  void imagesAreSavedOneAndMany() {
    assertThat(server.get("/images/busybox/get").body()).isEqualTo("tar of [busybox]");
    assertThat(server.get("/images/get?names=busybox&names=busybox:latest").body())
        .isEqualTo("tar of [busybox, busybox:latest]");
    assertThat(server.get("/images/get?names=none").status()).isEqualTo(404);
    assertThat(server.get("/images/get").status()).isEqualTo(400);
  }

  @Test
  void platformsOfASaveAndALoadAreJson() {
    var arm = filter("{\"os\":\"linux\",\"architecture\":\"arm64\",\"variant\":\"v8\"}");
    var mips = filter("{\"os\":\"linux\",\"architecture\":\"mips\"}");
    server.get("/v1.48/images/busybox/get?platform=" + arm + "&platform=" + mips);
    server.call("POST", "/v1.48/images/load?quiet=1&platform=" + arm, "tar");
    server.get("/v1.47/images/busybox/get?platform=" + arm);
    assertThat(server.engine.images.platforms)
        .containsExactly(
            List.of("linux/arm64/v8", "linux/mips"), List.of("linux/arm64/v8"), List.of());

    assertThat(server.get("/v1.48/images/busybox/get?platform=linux").message())
        .startsWith("failed to parse platform: ");
    assertThat(server.get("/v1.48/images/busybox/get?platform=" + filter("{}")).message())
        .isEqualTo("both OS and Architecture must be provided");
    assertThat(server.call("POST", "/images/load?platform=" + filter("{\"variant\":\"v8\"}"), "x"))
        .extracting("status")
        .isEqualTo(400);
  }

  @Test
  void anImportSaysTheId() {
    var response =
        server.call("POST", "/images/create?fromSrc=-&repo=made&tag=1&changes=CMD+x", "tar");
    assertThat(response.body()).matches("\\{\"status\":\"sha256:[0-9a-f]{64}\"}\r\n");
    assertThat(server.get("/images/made:1/json").status()).isEqualTo(200);
  }

  @Test
  void anImportMayNameWhereItsTarIs() throws Exception {
    var there =
        com.sun.net.httpserver.HttpServer.create(
            new java.net.InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), 0), 0);
    there.createContext(
        "/x.tar",
        exchange -> {
          exchange.sendResponseHeaders(200, 3);
          exchange.getResponseBody().write(new byte[3]);
          exchange.close();
        });
    there.start();
    var host = "127.0.0.1:" + there.getAddress().getPort();
    try {
      var response =
          server.call("POST", "/images/create?repo=far&fromSrc=http://" + host + "/x.tar", "");
      assertThat(response.body())
          .startsWith("{\"status\":\"Downloading from http://" + host + "/x.tar\"}\r\n")
          .contains("{\"status\":\"sha256:");
      assertThat(server.call("POST", "/images/create?fromSrc=http://" + host + "/no", "").body())
          .contains("failed to GET http://" + host + "/no with status 404");
    } finally {
      there.stop(0);
    }
    var gone = server.call("POST", "/images/create?fromSrc=http://" + host + "/x.tar", "");
    assertThat(gone.status()).isEqualTo(500);
    assertThat(gone.body()).contains("Get \\\"http://" + host);
    assertThat(server.call("POST", "/images/create?fromSrc=ftp://x/y", "").status()).isEqualTo(400);
  }

  @Test
  void imagesAreTaggedAndRemoved() {
    assertThat(server.post("/images/busybox/tag?repo=other&tag=2", "").status()).isEqualTo(201);
    assertThat(server.post("/images/busybox/tag", "").status()).isEqualTo(400);
    var id = server.engine.images.put("gone:1").getId();
    assertThat(server.call("DELETE", "/images/gone:1", "").body())
        .isEqualTo("[{\"Untagged\":\"gone:1\"},{\"Deleted\":\"%s\"}]".formatted(id));
  }

  @Test
  void volumesLive() {
    var created = server.post("/volumes/create", "{\"Name\":\"v\",\"Labels\":{\"a\":\"b\"}}");
    assertThat(created.status()).isEqualTo(201);
    assertThat(created.json().get("Scope").textValue()).isEqualTo("local");
    assertThat(
            server
                .get("/volumes?filters=" + filter("{\"dangling\":[\"true\"]}"))
                .json()
                .get("Volumes"))
        .hasSize(1);
    assertThat(server.get("/volumes?filters=" + filter("{\"dangling\":{\"false\":true}}")).body())
        .isEqualTo("{\"Volumes\":[],\"Warnings\":null}");
    assertThat(server.get("/volumes/none").message()).isEqualTo("get none: no such volume");
    assertThat(server.post("/volumes/prune", "").json().get("VolumesDeleted")).isEmpty();
    assertThat(server.post("/volumes/prune?filters=" + filter("{\"all\":[\"true\"]}"), "").body())
        .isEqualTo("{\"VolumesDeleted\":[\"v\"],\"SpaceReclaimed\":4096}");
    assertThat(server.call("DELETE", "/volumes/v", "").status()).isEqualTo(404);
  }

  @Test
  void aVolumeWithOptionsOfItsDriverIsNeverPruned() {
    server.post("/volumes/create", "{\"Name\":\"nfs\",\"DriverOpts\":{\"type\":\"nfs\"}}");
    assertThat(
            server
                .post("/volumes/prune?filters=" + filter("{\"all\":[\"true\"]}"), "")
                .json()
                .get("VolumesDeleted"))
        .isEmpty();
    assertThat(server.get("/volumes/nfs").status()).isEqualTo(200);
  }

  @Test
  void networksLive() {
    var id =
        server
            .post(
                "/networks/create",
                "{\"Name\":\"n\",\"Driver\":\"bridge\",\"IPAM\":{\"Config\":[{\"Subnet\":\"10.9.0.0/16\"}]}}")
            .json()
            .get("Id")
            .textValue();
    assertThat(server.post("/networks/create", "{\"Name\":\"n\"}").status()).isEqualTo(409);
    assertThat(server.post("/networks/create", "{\"Name\":\"host\"}").status()).isEqualTo(403);
    assertThat(server.get("/networks").json()).hasSize(4);
    assertThat(server.get("/networks?filters=" + filter("{\"type\":[\"custom\"]}")).json())
        .hasSize(1);
    server.create("web", ",\"Cmd\":[\"sleep\"]");
    server.post("/containers/web/start", "");
    assertThat(
            server
                .post("/networks/n/connect", "{\"Container\":\"web\",\"EndpointConfig\":{}}")
                .status())
        .isEqualTo(200);
    var network = server.get("/networks/" + id.substring(0, 60)).json();
    assertThat(network.get("IPAM").get("Config").get(0).get("Subnet").textValue())
        .isEqualTo("10.9.0.0/16");
    assertThat(network.get("Containers").properties()).hasSize(1);
    assertThat(server.post("/networks/prune", "").body()).isEqualTo("{\"NetworksDeleted\":null}");
    server.post("/networks/n/disconnect", "{\"Container\":\"web\",\"Force\":true}");
    assertThat(server.post("/networks/prune", "").body())
        .isEqualTo("{\"NetworksDeleted\":[\"n\"]}");
    assertThat(server.get("/networks/n").message()).isEqualTo("network n not found");
  }

  @Test
  void diskUsageCountsEverything() {
    server.create("web", "");
    server.post("/volumes/create", "{\"Name\":\"v\"}");
    var usage = server.get("/system/df").json();
    assertThat(usage.get("LayersSize").intValue()).isEqualTo(2_000_000);
    assertThat(usage.get("Images").get(0).get("Containers").intValue()).isEqualTo(1);
    assertThat(usage.get("Containers").get(0).get("SizeRootFs").intValue()).isEqualTo(3456);
    assertThat(usage.get("Volumes").get(0).get("UsageData").get("Size").intValue()).isEqualTo(4096);
    assertThat(usage.get("BuildCache")).isEmpty();
    assertThat(server.get("/system/df?type=volume").json().has("Images")).isFalse();
    assertThat(server.get("/system/df?type=x").status()).isEqualTo(400);
  }
}
