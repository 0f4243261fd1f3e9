package io.gantry.agent.docker.json;

import static org.assertj.core.api.Assertions.assertThat;

import akka.util.ByteString;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.protocol.v1.ContainerSpec;
import org.junit.jupiter.api.Test;

/** What a create request gives comes back from inspect as it was. */
class RoundTripTest {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String ID = "c".repeat(64);

  private static final String EVERYTHING =
      """
      {"Hostname":"h","Domainname":"d.example","User":"1000:1000","AttachStdin":true,
       "AttachStdout":true,"AttachStderr":true,"ExposedPorts":{"80/tcp":{},"53/udp":{}},
       "Tty":true,"OpenStdin":true,"StdinOnce":true,"Env":["A=1","B="],"Cmd":["sleep","1"],
       "Healthcheck":{"Test":["CMD","true"],"Interval":1000000000,"Timeout":2000000000,
         "StartPeriod":3,"StartInterval":4,"Retries":5},
       "ArgsEscaped":true,"Image":"busybox:1","Volumes":{"/data":{}},"WorkingDir":"/w",
       "Entrypoint":["/init"],"NetworkDisabled":true,"MacAddress":"02:42:ac:11:00:02",
       "OnBuild":["RUN x"],"Labels":{"k":"v","empty":""},"StopSignal":"SIGINT","StopTimeout":3,
       "Shell":["/bin/sh","-c"],
       "HostConfig":{"Binds":["/a:/b:ro","vol:/c"],"ContainerIDFile":"/f",
         "LogConfig":{"Type":"json-file","Config":{"max-size":"10m"}},"NetworkMode":"n1",
         "PortBindings":{"80/tcp":[{"HostIp":"127.0.0.1","HostPort":"8080"},{"HostIp":"","HostPort":""}],"90/tcp":null},
         "RestartPolicy":{"Name":"on-failure","MaximumRetryCount":10},"AutoRemove":true,
         "VolumeDriver":"local","VolumesFrom":["other:ro"],"ConsoleSize":[24,80],
         "Annotations":{"an":"no"},"CapAdd":["NET_ADMIN"],"CapDrop":["ALL"],"CgroupnsMode":"host",
         "Dns":["10.0.0.1"],"DnsOptions":["ndots:2"],"DnsSearch":["x.example"],
         "ExtraHosts":["db:10.0.0.2"],"GroupAdd":["audio"],"IpcMode":"shareable","Cgroup":"",
         "Links":["a:b"],"OomScoreAdj":100,"PidMode":"host","Privileged":false,
         "PublishAllPorts":true,"ReadonlyRootfs":true,"SecurityOpt":["no-new-privileges"],
         "StorageOpt":{"size":"1G"},"Tmpfs":{"/t":"size=1m"},"UTSMode":"host","UsernsMode":"host",
         "ShmSize":1048576,"Sysctls":{"net.ipv4.ip_forward":"1"},"Runtime":"crun","Isolation":"",
         "CpuShares":512,"Memory":104857600,"NanoCpus":500000000,"CgroupParent":"/p",
         "BlkioWeight":300,"BlkioWeightDevice":[{"Path":"/dev/sda","Weight":200}],
         "BlkioDeviceReadBps":[{"Path":"/dev/sda","Rate":1}],
         "BlkioDeviceWriteBps":[{"Path":"/dev/sda","Rate":2}],
         "BlkioDeviceReadIOps":[{"Path":"/dev/sda","Rate":3}],
         "BlkioDeviceWriteIOps":[{"Path":"/dev/sda","Rate":4}],
         "CpuPeriod":100000,"CpuQuota":50000,"CpuRealtimePeriod":1,"CpuRealtimeRuntime":2,
         "CpusetCpus":"0-1","CpusetMems":"0",
         "Devices":[{"PathOnHost":"/dev/a","PathInContainer":"/dev/b","CgroupPermissions":"rwm"}],
         "DeviceCgroupRules":["c 1:3 mr"],
         "DeviceRequests":[{"Driver":"nvidia","Count":-1,"DeviceIDs":["0"],"Capabilities":[["gpu","utility"]],"Options":{"o":"p"}}],
         "KernelMemory":5,"KernelMemoryTCP":6,"MemoryReservation":7,"MemorySwap":-1,
         "MemorySwappiness":0,"OomKillDisable":false,"PidsLimit":100,
         "Ulimits":[{"Name":"nofile","Hard":20,"Soft":10}],"CpuCount":1,"CpuPercent":2,
         "IOMaximumIOps":0,"IOMaximumBandwidth":0,
         "Mounts":[
           {"Type":"bind","Source":"/s","Target":"/t1","ReadOnly":true,"Consistency":"cached",
            "BindOptions":{"Propagation":"rslave","NonRecursive":true,"CreateMountpoint":true}},
           {"Type":"volume","Source":"v","Target":"/t2","VolumeOptions":{"NoCopy":true,
            "Labels":{"a":"b"},"Subpath":"sub","DriverConfig":{"Name":"local","Options":{"o":"p"}}}},
           {"Type":"tmpfs","Target":"/t3","TmpfsOptions":{"SizeBytes":5,"Mode":448,"Options":[["noexec"]]}}],
         "MaskedPaths":[],"ReadonlyPaths":["/proc/x"],"Init":false}}
      """;

  private static JsonNode tree(byte[] json) throws Exception {
    return MAPPER.readTree(json);
  }

  private static ContainerSpec read(String body) {
    return ContainerRequest.read(JsonObject.parse(ByteString.fromString(body)), "");
  }

  private static JsonNode hostConfig(ContainerSpec spec) throws Exception {
    return tree(JsonWriter.bytes(json -> json.object(() -> HostConfigJson.write(json, spec))));
  }

  private static JsonNode config(ContainerSpec spec) throws Exception {
    return tree(JsonWriter.bytes(json -> json.object(() -> ConfigJson.write(json, ID, spec))));
  }

  @Test
  void everyFieldComesBackAsGiven() throws Exception {
    var given = (ObjectNode) MAPPER.readTree(EVERYTHING);
    var spec = read(EVERYTHING);
    var host = given.remove("HostConfig");
    assertThat(hostConfig(spec)).isEqualTo(host);
    assertThat(config(spec)).isEqualTo(given);
  }

  @Test
  void whatInspectGivesCanBeCreatedAgain() throws Exception {
    var once = read(EVERYTHING);
    var again = (ObjectNode) config(once);
    again.set("HostConfig", hostConfig(once));
    assertThat(read(again.toString())).isEqualTo(once);
  }

  @Test
  void whatWasNotGivenHasDockersDefaults() throws Exception {
    var spec = read("{\"Image\":\"busybox\"}");
    var host = hostConfig(spec);
    assertThat(host.get("NetworkMode").textValue()).isEqualTo("bridge");
    assertThat(host.get("RestartPolicy").get("Name").textValue()).isEqualTo("no");
    assertThat(host.get("LogConfig").get("Type").textValue()).isEqualTo("json-file");
    assertThat(host.get("ShmSize").longValue()).isEqualTo(64 << 20);
    assertThat(host.get("Binds").isNull()).isTrue();
    assertThat(host.get("PidsLimit").isNull()).isTrue();
    assertThat(host.get("MaskedPaths").size()).isPositive();
    var config = config(spec);
    assertThat(config.get("Cmd").isNull()).isTrue();
    assertThat(config.get("Entrypoint").isNull()).isTrue();
    assertThat(config.get("Labels").isObject()).isTrue();
    assertThat(config.get("Hostname").textValue()).isEqualTo("c".repeat(12));
  }

  @Test
  void anEndpointOfACreateKeepsItsSettings() {
    var spec =
        read(
            """
            {"Image":"i","NetworkingConfig":{"EndpointsConfig":{"n1":{"Aliases":["a"],
             "IPAMConfig":{"IPv4Address":"10.1.0.5"},"MacAddress":"02:00:00:00:00:01",
             "DriverOpts":{"x":"y"},"GwPriority":5},"n2":null}}}
            """);
    var endpoint = spec.getNetwork().getEndpointsOrThrow("n1");
    assertThat(endpoint.getAliasesList()).containsExactly("a");
    assertThat(endpoint.getIpv4Address()).isEqualTo("10.1.0.5");
    assertThat(endpoint.getGwPriority()).isEqualTo(5);
    assertThat(spec.getNetwork().containsEndpoints("n2")).isTrue();
  }

  @Test
  void aListQuotesWhatHoldsASpaceAndEscapesNothing() {
    assertThat(ContainerSummary.command(java.util.List.of("sh", "-c", "echo it's", "")))
        .isEqualTo("sh -c 'echo it's' ");
  }
}
