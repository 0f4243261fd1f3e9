package io.gantry.agent.host.bundle;

import static io.gantry.agent.host.bundle.Plans.BOUND;
import static io.gantry.agent.host.bundle.Plans.FREE;
import static io.gantry.agent.host.bundle.Plans.command;
import static io.gantry.agent.host.bundle.Plans.configuration;
import static io.gantry.agent.host.bundle.Plans.plan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gantry.agent.container.Connection;
import io.gantry.protocol.v1.Container;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.DeviceMapping;
import io.gantry.protocol.v1.MountPoint;
import io.gantry.protocol.v1.MountSpec;
import io.gantry.protocol.v1.ResourceSpec;
import io.gantry.protocol.v1.SecuritySpec;
import io.gantry.protocol.v1.Ulimit;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RunConfigurationTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static JsonNode json(ContainerSpec.Builder spec) throws IOException {
    return json(configuration(plan(spec), FREE));
  }

  /** As a runtime reads it. */
  private static JsonNode json(RunConfiguration made) throws IOException {
    return JSON.readTree(JSON.writeValueAsBytes(made.json()));
  }

  private static JsonNode expected(String text) throws IOException {
    return JSON.readTree(text.replace('\'', '"'));
  }

  @Test
  void theSimplestContainerIsWhatDockerMakesOfIt() throws IOException {
    var whole = JSON.readTree(getClass().getResourceAsStream("/oci/simplest.json"));
    assertThat(json(command("true"))).isEqualTo(whole);
    assertThat(Schema.objections(whole)).isEmpty();
  }

  @Test
  void aUserByNameHasHisGroupsHisHomeAndNoCapabilitiesInEffect() throws IOException {
    var spec = command("id");
    spec.getProcessBuilder().setUser("ann");
    var process = json(spec).get("process");
    assertThat(process.get("user"))
        .isEqualTo(expected("{'uid':7,'gid':8,'additionalGids':[8,50]}"));
    assertThat(process.get("env").toString()).contains("\"HOME=/home/ann\"");
    assertThat(process.get("capabilities").has("effective")).isFalse();
  }

  @Test
  void capabilitiesAreAddedToAndDroppedFromTheDefaults() throws IOException {
    var one =
        SecuritySpec.newBuilder().addCapDrop("ALL").addCapAdd("net_admin").addCapAdd("CAP_CHOWN");
    assertThat(json(command("x").setSecurity(one)).at("/process/capabilities/bounding"))
        .isEqualTo(expected("['CAP_CHOWN','CAP_NET_ADMIN']"));
    var all = SecuritySpec.newBuilder().addCapAdd("ALL").addCapDrop("SYS_ADMIN");
    assertThat(json(command("x").setSecurity(all)).at("/process/capabilities/bounding"))
        .hasSize(Capability.values().length - 1);
  }

  @Test
  void privilegedMeansWhatTheHostCanGiveAndAWarningForTheRest() throws IOException {
    var spec = command("x").setSecurity(SecuritySpec.newBuilder().setPrivileged(true));
    var made = configuration(plan(spec), BOUND);
    var linux = made.json().get("linux");
    assertThat(made.json().at("/process/capabilities/bounding"))
        .hasSize(Capability.values().length - 1);
    assertThat(made.warnings())
        .containsExactly(
            "This host does not allow the engine to grant the capabilities CAP_SYS_RESOURCE;"
                + " the container runs without them.");
    assertThat(linux.has("seccomp")).isFalse();
    assertThat(linux.has("maskedPaths")).isFalse();
    assertThat(linux.at("/resources/devices"))
        .isEqualTo(expected("[{'allow':true,'access':'rwm'}]"));
    assertThat(made.json().get("mounts").toString()).doesNotContain("\"ro\"");
  }

  @Test
  void aLimitAboveTheHostsIsLoweredWithAWarning() throws IOException {
    var limit = Ulimit.newBuilder().setName("nofile").setSoft(5000).setHard(-1);
    var spec = command("x").setResources(ResourceSpec.newBuilder().addUlimits(limit));
    var made = configuration(plan(spec), BOUND);
    assertThat(json(made).at("/process/rlimits"))
        .isEqualTo(expected("[{'type':'RLIMIT_NOFILE','soft':1000,'hard':1000}]"));
    assertThat(made.warnings())
        .containsExactly(
            "This host does not allow the engine to raise the limit nofile to unlimited;"
                + " the container gets 1000.");
    assertThat(
            configuration(plan(spec), FREE).json().at("/process/rlimits/0/hard").bigIntegerValue())
        .isEqualTo("18446744073709551615");
  }

  @Test
  void aNegativeOomScoreNeedsThePowerToSetIt() throws IOException {
    var spec = command("x").setResources(ResourceSpec.newBuilder().setOomScoreAdj(-500));
    assertThat(configuration(plan(spec), BOUND).warnings())
        .containsExactly(
            "This host does not allow the engine to lower the OOM score to -500;"
                + " the container gets 0.");
    assertThat(json(spec).at("/process/oomScoreAdj").asInt()).isEqualTo(-500);
  }

  @Test
  void resourcesAreTranslatedAndSwapIsAsMuchAsMemory() throws IOException {
    var spec =
        command("x")
            .setResources(
                ResourceSpec.newBuilder()
                    .setMemoryBytes(1 << 20)
                    .setNanoCpus(1_500_000_000)
                    .setCpuShares(512)
                    .setPidsLimit(7)
                    .setCpusetCpus("0-1"));
    assertThat(json(spec).at("/linux/resources"))
        .isEqualTo(
            expected(
                "{'memory':{'limit':1048576,'swap':2097152},"
                    + "'cpu':{'shares':512,'period':100000,'quota':150000,'cpus':'0-1'},"
                    + "'pids':{'limit':7},'devices':[{'allow':false,'access':'rwm'}]}"));
  }

  @Test
  void mountsNearerTheRootComeFirstAndTheUsersReplaceOurs() throws IOException {
    var container = Container.newBuilder().setSpec(command("x"));
    container
        .getStatusBuilder()
        .addMounts(bind("/src/deep", "/a/b/c", "ro,z", false))
        .addMounts(bind("/src", "/a", "rshared", true))
        .addMounts(bind("/my/hosts", "/etc/hosts", "", true))
        .addMounts(
            MountPoint.newBuilder().setType("volume").setDestination("/data/").setReadWrite(true));
    container
        .getSpecBuilder()
        .getStorageBuilder()
        .putTmpfs("/scratch", "size=1m,exec")
        .addMounts(
            MountSpec.newBuilder()
                .setType("tmpfs")
                .setTarget("/small")
                .setTmpfsSizeBytes(4096)
                .setTmpfsMode(0700));
    var json = configuration(plan(container.build(), new Connection.Kind.Fresh()), FREE).json();
    var mounts = json.get("mounts");
    assertThat(find(mounts, "/a"))
        .isEqualTo(
            expected(
                "{'destination':'/a','type':'bind','source':'/src','options':['rbind','rshared']}"));
    assertThat(find(mounts, "/a/b/c").get("options"))
        .isEqualTo(expected("['rbind','ro','rprivate']"));
    assertThat(find(mounts, "/etc/hosts").get("source").asText()).isEqualTo("/my/hosts");
    assertThat(find(mounts, "/scratch").get("options"))
        .isEqualTo(expected("['nosuid','nodev','rprivate','size=1m','exec']"));
    assertThat(find(mounts, "/small").get("options"))
        .isEqualTo(expected("['noexec','nosuid','nodev','rprivate','size=4096','mode=700']"));
    var places = mounts.findValuesAsText("destination");
    assertThat(places).doesNotHaveDuplicates();
    assertThat(places.indexOf("/a")).isLessThan(places.indexOf("/a/b/c"));
    assertThat(json.at("/linux/rootfsPropagation").asText()).isEqualTo("shared");
  }

  private static MountPoint.Builder bind(String from, String to, String mode, boolean writable) {
    return MountPoint.newBuilder()
        .setType("bind")
        .setSource(from)
        .setDestination(to)
        .setMode(mode)
        .setReadWrite(writable);
  }

  private static JsonNode find(JsonNode mounts, String destination) {
    for (var each : mounts) {
      if (each.get("destination").asText().equals(destination)) {
        return each;
      }
    }
    throw new AssertionError("no mount at " + destination);
  }

  @Test
  void namespacesAreFreshTheHostsOrAnothers() throws IOException {
    var spec =
        command("x")
            .setSecurity(
                SecuritySpec.newBuilder().setPidMode("host").setIpcMode("host").setUtsMode("host"));
    var host =
        configuration(
            plan(Container.newBuilder().setSpec(spec).build(), new Connection.Kind.OfTheHost()),
            FREE);
    assertThat(host.json().at("/linux/namespaces")).isEqualTo(expected("[{'type':'mount'}]"));
    assertThat(host.json().has("hostname")).isFalse();
    assertThat(host.json().at("/linux/sysctl").isMissingNode()).isTrue();
    var at =
        configuration(
            plan(
                Container.newBuilder().setSpec(command("x")).build(),
                new Connection.Kind.At(Path.of("/run/netns/n"))),
            FREE);
    assertThat(at.json().at("/linux/namespaces/1"))
        .isEqualTo(expected("{'type':'network','path':'/run/netns/n'}"));
  }

  @Test
  void devicesAreMadeAndAllowed() throws IOException {
    var mapping =
        DeviceMapping.newBuilder()
            .setPathOnHost("/dev/net/tun")
            .setPathInContainer("/dev/tun")
            .setCgroupPermissions("rw");
    var spec =
        command("x")
            .setResources(
                ResourceSpec.newBuilder().addDevices(mapping).addDeviceCgroupRules("b 8:* rm"));
    var linux = json(spec).get("linux");
    assertThat(linux.get("devices"))
        .isEqualTo(
            expected(
                "[{'type':'c','path':'/dev/tun','major':10,'minor':200,'fileMode':438,'uid':0,'gid':0}]"));
    assertThat(linux.at("/resources/devices"))
        .isEqualTo(
            expected(
                "[{'allow':false,'access':'rwm'},"
                    + "{'allow':true,'type':'c','major':10,'minor':200,'access':'rw'},"
                    + "{'allow':true,'type':'b','major':8,'access':'rm'}]"));
  }

  @Test
  void theFilterIsDecidedForTheCapabilitiesThatAreGranted() throws IOException {
    assertThat(json(command("x")).at("/linux/seccomp/syscalls").toString())
        .contains("{\"names\":[\"mount\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":1}")
        .doesNotContain("s390");
    var admin = SecuritySpec.newBuilder().addCapAdd("SYS_ADMIN");
    assertThat(json(command("x").setSecurity(admin)).at("/linux/seccomp/syscalls").toString())
        .contains("{\"names\":[\"mount\"],\"action\":\"SCMP_ACT_ALLOW\"}");
    var unconfined = SecuritySpec.newBuilder().addSecurityOpt("seccomp=unconfined");
    assertThat(json(command("x").setSecurity(unconfined)).at("/linux").has("seccomp")).isFalse();
  }

  @Test
  void whatTheUserGotWrongIsSaidInDockersWords() {
    assertThatThrownBy(() -> json(command())).hasMessage("no command specified");
    var nobody = command("x");
    nobody.getProcessBuilder().setUser("nobody");
    assertThatThrownBy(() -> json(nobody))
        .hasMessage("unable to find user nobody: no matching entries in passwd file");
    var broken = SecuritySpec.newBuilder().addSecurityOpt("seccomp={");
    assertThatThrownBy(() -> json(command("x").setSecurity(broken)))
        .hasMessageStartingWith("decoding seccomp profile failed");
  }
}
