package io.gantry.agent.docker.json;

import static org.assertj.core.api.Assertions.assertThat;

import akka.util.ByteString;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.gantry.protocol.v1.ServiceSpec;
import org.junit.jupiter.api.Test;

/** Specifications as dockerd 20.10 shows them, made with Docker's command line 28. */
class ServiceSpecTest {
  private static final JsonMapper MAPPER = new JsonMapper();

  /** With all options that the command line has and Gantry takes. */
  private static final String EVERYTHING =
      """
      {
       "Name": "web",
       "Labels": {
        "sl": "1"
       },
       "TaskTemplate": {
        "ContainerSpec": {
         "Image": "busybox:test",
         "Labels": {
          "cl": "2"
         },
         "Args": [
          "sh",
          "-c",
          "echo hi; sleep 1000"
         ],
         "Hostname": "{{.Node.Hostname}}-x",
         "Env": [
          "A=1",
          "B=2"
         ],
         "Dir": "/tmp",
         "User": "1:2",
         "Groups": [
          "5"
         ],
         "Init": true,
         "StopSignal": "SIGINT",
         "TTY": true,
         "ReadOnly": true,
         "Mounts": [
          {
           "Type": "volume",
           "Source": "v",
           "Target": "/v",
           "VolumeOptions": {
            "NoCopy": true
           }
          },
          {
           "Type": "tmpfs",
           "Target": "/t",
           "TmpfsOptions": {
            "SizeBytes": 1048576
           }
          }
         ],
         "StopGracePeriod": 4000000000,
         "Healthcheck": {
          "Test": [
           "CMD-SHELL",
           "true"
          ],
          "Interval": 5000000000
         },
         "Hosts": [
          "10.0.0.2 db"
         ],
         "DNSConfig": {
          "Nameservers": [
           "1.1.1.1"
          ],
          "Search": [
           "x.y"
          ],
          "Options": [
           "ndots:2"
          ]
         },
         "Isolation": "default",
         "Sysctls": {
          "net.ipv4.ip_forward": "1"
         },
         "CapabilityAdd": [
          "CAP_NET_ADMIN"
         ],
         "CapabilityDrop": [
          "CAP_MKNOD"
         ],
         "Ulimits": [
          {
           "Name": "nofile",
           "Hard": 20,
           "Soft": 10
          }
         ]
        },
        "Resources": {
         "Limits": {
          "NanoCPUs": 500000000,
          "MemoryBytes": 67108864,
          "Pids": 50
         },
         "Reservations": {
          "NanoCPUs": 100000000,
          "MemoryBytes": 33554432
         }
        },
        "RestartPolicy": {
         "Condition": "on-failure",
         "Delay": 2000000000,
         "MaxAttempts": 3,
         "Window": 10000000000
        },
        "Placement": {
         "Constraints": [
          "node.hostname==vm"
         ],
         "Preferences": [
          {
           "Spread": {
            "SpreadDescriptor": "node.labels.dc"
           }
          }
         ],
         "MaxReplicas": 5
        },
        "LogDriver": {
         "Name": "json-file",
         "Options": {
          "max-size": "1m"
         }
        },
        "ForceUpdate": 0,
        "Runtime": "container"
       },
       "Mode": {
        "Replicated": {
         "Replicas": 2
        }
       },
       "UpdateConfig": {
        "Parallelism": 2,
        "Delay": 1000000000,
        "FailureAction": "rollback",
        "Monitor": 1000000000,
        "MaxFailureRatio": 0.2,
        "Order": "start-first"
       },
       "RollbackConfig": {
        "Parallelism": 3,
        "FailureAction": "pause",
        "Monitor": 5000000000,
        "MaxFailureRatio": 0,
        "Order": "stop-first"
       },
       "EndpointSpec": {
        "Mode": "vip",
        "Ports": [
         {
          "Protocol": "tcp",
          "TargetPort": 90,
          "PublishedPort": 9090,
          "PublishMode": "host"
         }
        ]
       }
      }
      """;

  /** Of a create with an image and a command alone, with defaults. */
  private static final String LITTLE =
      """
      {
       "Name": "s2",
       "Labels": {},
       "TaskTemplate": {
        "ContainerSpec": {
         "Image": "busybox:test",
         "Args": [
          "sleep",
          "1000"
         ],
         "Init": false,
         "StopGracePeriod": 10000000000,
         "DNSConfig": {},
         "Isolation": "default"
        },
        "Resources": {
         "Limits": {},
         "Reservations": {}
        },
        "RestartPolicy": {
         "Condition": "any",
         "Delay": 5000000000,
         "MaxAttempts": 0
        },
        "Placement": {},
        "ForceUpdate": 0,
        "Runtime": "container"
       },
       "Mode": {
        "Replicated": {
         "Replicas": 1
        }
       },
       "UpdateConfig": {
        "Parallelism": 1,
        "FailureAction": "pause",
        "Monitor": 5000000000,
        "MaxFailureRatio": 0,
        "Order": "stop-first"
       },
       "RollbackConfig": {
        "Parallelism": 1,
        "FailureAction": "pause",
        "Monitor": 5000000000,
        "MaxFailureRatio": 0,
        "Order": "stop-first"
       },
       "EndpointSpec": {
        "Mode": "vip"
       }
      }
      """;

  private static ServiceSpec read(String body) {
    return ServiceReader.read(JsonObject.parse(ByteString.fromString(body)), name -> name);
  }

  private static JsonNode shown(ServiceSpec spec, boolean defaults) throws Exception {
    return MAPPER.readTree(
        JsonWriter.bytes(
            json -> json.object(() -> new ServiceSpecJson(json, defaults).write(spec))));
  }

  @Test
  void everythingIsShownAsDockerShowsIt() throws Exception {
    assertThat(shown(read(EVERYTHING), false)).isEqualTo(MAPPER.readTree(EVERYTHING));
    assertThat(shown(read(EVERYTHING), true)).isEqualTo(MAPPER.readTree(EVERYTHING));
  }

  @Test
  void whatWasNotGivenHasDockersDefaults() throws Exception {
    var little =
        "{\"Name\":\"s2\",\"Labels\":{},\"TaskTemplate\":{\"ContainerSpec\":{\"Image\":\"busybox:test\","
            + "\"Args\":[\"sleep\",\"1000\"],\"Init\":false,\"DNSConfig\":{}},\"Resources\":{\"Limits\":{},"
            + "\"Reservations\":{}},\"Placement\":{},\"ForceUpdate\":0},\"Mode\":{\"Replicated\":{}},"
            + "\"EndpointSpec\":{\"Mode\":\"vip\"}}";
    assertThat(shown(read(little), true)).isEqualTo(MAPPER.readTree(LITTLE));
  }

  @Test
  void whatIsNotGivenStaysAbsent() throws Exception {
    var spec = shown(read("{\"TaskTemplate\":{\"ContainerSpec\":{\"Image\":\"i\"}}}"), false);
    assertThat(spec.has("UpdateConfig")).isFalse();
    assertThat(spec.has("EndpointSpec")).isFalse();
    assertThat(spec.get("TaskTemplate").has("RestartPolicy")).isFalse();
    assertThat(spec.get("Mode")).hasToString("{\"Replicated\":{\"Replicas\":1}}");
  }
}
