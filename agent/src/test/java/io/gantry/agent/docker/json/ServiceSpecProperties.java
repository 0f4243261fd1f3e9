package io.gantry.agent.docker.json;

import static org.assertj.core.api.Assertions.assertThat;

import akka.util.ByteString;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.gantry.agent.docker.Refusal;
import io.gantry.protocol.v1.ContainerNetworkSpec;
import io.gantry.protocol.v1.ContainerSpec;
import io.gantry.protocol.v1.EndpointSpec;
import io.gantry.protocol.v1.GlobalService;
import io.gantry.protocol.v1.HealthcheckSpec;
import io.gantry.protocol.v1.LogSpec;
import io.gantry.protocol.v1.MountSpec;
import io.gantry.protocol.v1.ProcessSpec;
import io.gantry.protocol.v1.ReplicatedService;
import io.gantry.protocol.v1.ResourceSpec;
import io.gantry.protocol.v1.RestartCondition;
import io.gantry.protocol.v1.SecuritySpec;
import io.gantry.protocol.v1.ServiceEndpoint;
import io.gantry.protocol.v1.ServicePlacement;
import io.gantry.protocol.v1.ServicePlatform;
import io.gantry.protocol.v1.ServicePort;
import io.gantry.protocol.v1.ServiceReservation;
import io.gantry.protocol.v1.ServiceRestart;
import io.gantry.protocol.v1.ServiceSpec;
import io.gantry.protocol.v1.ServiceUpdateConfig;
import io.gantry.protocol.v1.StorageSpec;
import io.gantry.protocol.v1.StringList;
import io.gantry.protocol.v1.Ulimit;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What a service asks for goes through Docker's words and comes back as it was. */
class ServiceSpecProperties {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static Arbitrary<String> text() {
    return Arbitraries.strings().withChars("ab./-_ \"\\é").ofMinLength(1).ofMaxLength(6);
  }

  private static Arbitrary<List<String>> texts() {
    return text().list().ofMaxSize(3);
  }

  private static Arbitrary<Map<String, String>> map() {
    return Arbitraries.maps(text(), text()).ofMaxSize(3);
  }

  private static Arbitrary<Long> natural() {
    return Arbitraries.oneOf(
        Arbitraries.of(0L, 1L), Arbitraries.longs().between(0, Long.MAX_VALUE));
  }

  private static Arbitrary<Boolean> flag() {
    return Arbitraries.of(true, false);
  }

  private static StringList list(List<String> values) {
    return StringList.newBuilder().addAllValues(values).build();
  }

  private static Arbitrary<ProcessSpec> processes() {
    return Combinators.combine(texts(), texts(), texts(), texts(), text(), flag(), flag(), flag())
        .as(
            (entrypoint, cmd, env, groups, user, tty, stdin, given) -> {
              var process =
                  ProcessSpec.newBuilder()
                      .addAllEnv(env)
                      .addAllAdditionalGroups(groups)
                      .setUser(user)
                      .setWorkingDir(user)
                      .setTty(tty)
                      .setOpenStdin(stdin)
                      .setConsoleWidth(80);
              if (given) {
                process.setEntrypoint(list(entrypoint)).setCmd(list(cmd));
              }
              return process.build();
            });
  }

  private static Arbitrary<SecuritySpec> securities() {
    var own =
        Arbitraries.of(
            List.<String>of(),
            List.of("no-new-privileges"),
            List.of("no-new-privileges", "seccomp=unconfined"),
            List.of("seccomp={\"defaultAction\":\"é\"}", "apparmor=unconfined"));
    return Combinators.combine(texts(), texts(), map(), own, flag())
        .as(
            (add, drop, sysctls, options, privileged) ->
                SecuritySpec.newBuilder()
                    .addAllCapAdd(add)
                    .addAllCapDrop(drop)
                    .putAllSysctls(sysctls)
                    .addSecurityOpt("systempaths=unconfined")
                    .addAllSecurityOpt(options)
                    .setPrivileged(privileged)
                    .build());
  }

  private static Arbitrary<ContainerNetworkSpec> networks() {
    var modes = Arbitraries.of("", "bridge", "host", "container:x", "n1");
    return Combinators.combine(texts(), modes, texts(), text())
        .as(
            (dns, mode, aliases, hostname) -> {
              var network =
                  ContainerNetworkSpec.newBuilder()
                      .setHostname(hostname)
                      .setMode(mode)
                      .addAllDns(dns)
                      .addAllDnsSearch(dns)
                      .setHasDns(!dns.isEmpty())
                      .addExtraHosts("db:fd00::1")
                      .putPortBindings(
                          "80/tcp", io.gantry.protocol.v1.PortBindings.newBuilder().build());
              if (mode.equals("n1")) {
                var endpoint =
                    EndpointSpec.newBuilder().addAllAliases(aliases).setGwPriority(4).build();
                network.putEndpoints("n1", endpoint).putEndpoints("n0", endpoint);
              }
              return network.build();
            });
  }

  private static Arbitrary<ContainerSpec> containers() {
    var resources =
        Combinators.combine(natural(), natural(), Arbitraries.integers())
            .as(
                (cpus, pids, score) -> {
                  var spec =
                      ResourceSpec.newBuilder()
                          .setNanoCpus(cpus)
                          .setMemoryBytes(pids)
                          .setCpuShares(7)
                          .setOomScoreAdj(score)
                          .addUlimits(
                              Ulimit.newBuilder().setName("nofile").setSoft(-1).setHard(cpus));
                  return pids == 0 ? spec.build() : spec.setPidsLimit(pids).build();
                });
    var rest =
        Combinators.combine(map(), text(), Arbitraries.integers().between(0, 1_000_000), flag())
            .as(
                (labels, word, seconds, given) -> {
                  var spec =
                      ContainerSpec.newBuilder()
                          .setImage(word)
                          .putAllLabels(labels)
                          .setStopSignal(word)
                          .setRuntime("crun")
                          .setStorage(
                              StorageSpec.newBuilder()
                                  .setReadonlyRootfs(given)
                                  .addBinds("/a:/b")
                                  .addMounts(
                                      MountSpec.newBuilder()
                                          .setType("volume")
                                          .setSource(word)
                                          .setTarget("/t")
                                          .setHasVolumeOptions(given)
                                          .setNoCopy(given)));
                  if (given) {
                    spec.setInit(seconds % 2 == 0)
                        .setStopTimeoutSeconds(seconds)
                        .setLog(LogSpec.newBuilder().setDriver(word).putAllOptions(labels))
                        .setHealthcheck(
                            HealthcheckSpec.newBuilder()
                                .setTest(list(List.of("CMD", word)))
                                .setRetries(seconds));
                  }
                  return spec;
                });
    return Combinators.combine(rest, processes(), securities(), networks(), resources)
        .as(
            (spec, process, security, network, limits) ->
                spec.setProcess(process)
                    .setSecurity(security)
                    .setNetwork(network)
                    .setResources(limits)
                    .build());
  }

  private static Arbitrary<ServiceUpdateConfig> updates() {
    return Combinators.combine(
            natural(),
            Arbitraries.of("", "pause", "continue"),
            Arbitraries.of("", "stop-first", "start-first"),
            Arbitraries.floats().between(0, 1))
        .as(
            (number, action, order, ratio) ->
                ServiceUpdateConfig.newBuilder()
                    .setParallelism(number)
                    .setDelayNanos(number)
                    .setMonitorNanos(number)
                    .setFailureAction(action)
                    .setOrder(order)
                    .setMaxFailureRatio(ratio)
                    .build());
  }

  @Provide
  Arbitrary<ServiceSpec> specs() {
    var restarts =
        Combinators.combine(
                Arbitraries.of(
                    RestartCondition.RESTART_CONDITION_UNSPECIFIED,
                    RestartCondition.RESTART_CONDITION_NONE,
                    RestartCondition.RESTART_CONDITION_ON_FAILURE,
                    RestartCondition.RESTART_CONDITION_ANY),
                natural(),
                flag())
            .as(
                (condition, number, given) -> {
                  var restart =
                      ServiceRestart.newBuilder()
                          .setCondition(condition)
                          .setMaxAttempts(number)
                          .setWindowNanos(number);
                  return given ? restart.setDelayNanos(number).build() : restart.build();
                });
    return Combinators.combine(containers(), map(), updates(), restarts, texts(), natural(), flag())
        .as(
            (container, labels, updates, restart, constraints, number, given) -> {
              var spec =
                  ServiceSpec.newBuilder()
                      .setName("web")
                      .putAllLabels(labels)
                      .setContainer(container)
                      .setForceUpdate(number)
                      .setPlacement(
                          ServicePlacement.newBuilder()
                              .addAllConstraints(constraints)
                              .addAllSpreadOver(constraints)
                              .setMaxReplicasPerNode((int) (number % 1000))
                              .addPlatforms(
                                  ServicePlatform.newBuilder()
                                      .setOs("linux")
                                      .setArchitecture("x")));
              if (given) {
                spec.setGlobal(GlobalService.getDefaultInstance())
                    .setReservation(
                        ServiceReservation.newBuilder().setNanoCpus(1).setMemoryBytes(number))
                    .setRestart(restart)
                    .setUpdateConfig(updates)
                    .setRollbackConfig(updates)
                    .setEndpoint(
                        ServiceEndpoint.newBuilder()
                            .setMode("vip")
                            .addPorts(
                                ServicePort.newBuilder()
                                    .setName("http")
                                    .setProtocol("tcp")
                                    .setTargetPort(80)
                                    .setPublishedPort((int) (number % 65_536))
                                    .setPublishMode("host")));
              } else {
                spec.setReplicated(
                    ReplicatedService.newBuilder().setReplicas((int) (number % 1000)));
              }
              return spec.build();
            });
  }

  private static byte[] written(ServiceSpec spec, boolean defaults) {
    return JsonWriter.bytes(
        json -> json.object(() -> new ServiceSpecJson(json, defaults).write(spec)));
  }

  @Property(tries = 500)
  void whatIsShownAndSentBackChangesNothing(@ForAll("specs") ServiceSpec spec) {
    var body = JsonObject.parse(ByteString.fromArray(written(spec, false)));
    assertThat(ServiceReader.over(spec, body, name -> name)).isEqualTo(spec);
  }

  @Property(tries = 200)
  void whatWasNotGivenIsShownAsItWorksAndCanBeAskedForSo(@ForAll("specs") ServiceSpec spec) {
    var once =
        ServiceReader.read(
            JsonObject.parse(ByteString.fromArray(written(spec, true))), name -> name);
    var again =
        ServiceReader.read(
            JsonObject.parse(ByteString.fromArray(written(once, false))), name -> name);
    assertThat(again).isEqualTo(once);
  }

  // -- whatever comes

  private static final List<String> NAMES =
      List.of(
          "Name",
          "Labels",
          "TaskTemplate",
          "ContainerSpec",
          "Image",
          "Args",
          "Command",
          "Env",
          "Mounts",
          "Type",
          "Source",
          "Hosts",
          "Secrets",
          "Privileges",
          "Seccomp",
          "Mode",
          "Profile",
          "Healthcheck",
          "StopGracePeriod",
          "Resources",
          "Limits",
          "Reservations",
          "NanoCPUs",
          "RestartPolicy",
          "Condition",
          "Delay",
          "Placement",
          "Constraints",
          "Preferences",
          "Spread",
          "Networks",
          "Target",
          "Aliases",
          "Replicated",
          "Replicas",
          "Global",
          "UpdateConfig",
          "MaxFailureRatio",
          "Order",
          "EndpointSpec",
          "Ports",
          "PublishMode",
          "TargetPort",
          "LogDriver",
          "Runtime",
          "DNSConfig",
          "Ulimits",
          "Pids");

  private static final JsonTrees TREES =
      new JsonTrees(
          NAMES,
          List.of(
              NODES.nullNode(),
              NODES.booleanNode(true),
              NODES.textNode("host"),
              NODES.textNode(""),
              NODES.textNode("{{.Node.ID}}"),
              NODES.numberNode(-1),
              NODES.numberNode(70_000),
              NODES.numberNode(Long.MAX_VALUE),
              NODES.numberNode(1.5)));

  @Provide
  Arbitrary<JsonNode> bodies() {
    return TREES
        .objects(5)
        .map(
            body ->
                NODES
                    .objectNode()
                    .put("Name", "x")
                    .setAll(Map.of("TaskTemplate", body, "EndpointSpec", body, "Mode", body)));
  }

  @Property(tries = 1000)
  void aSpecificationOrARefusal(@ForAll("bodies") JsonNode body) {
    try {
      var spec =
          ServiceReader.read(
              JsonObject.parse(ByteString.fromString(body.toString())), name -> name);
      assertThat(JsonObject.parse(ByteString.fromArray(written(spec, true))).has("Mode")).isTrue();
    } catch (Refusal refusal) {
      assertThat(refusal.getMessage()).isNotBlank();
    }
  }
}
