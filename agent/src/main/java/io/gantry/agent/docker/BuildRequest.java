package io.gantry.agent.docker;

import akka.util.ByteString;
import io.gantry.agent.Builds;
import io.gantry.agent.Credentials;
import io.gantry.agent.docker.json.JsonObject;
import io.gantry.protocol.ErrorKind;
import io.gantry.protocol.v1.ResourceSpec;
import io.gantry.protocol.v1.Ulimit;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The query and headers of {@code POST /build}. */
final class BuildRequest {
  private static final int LONGEST_HEADER = 256 << 10;

  private BuildRequest() {}

  static Builds.Request read(Call call) {
    if (call.flag("squash")) {
      throw Refusal.invalid("squash is only supported with experimental mode");
    }
    if (call.query("version").filter("2"::equals).isPresent()
        && call.given("session").isPresent()) {
      throw new Refusal(
          ErrorKind.UNSUPPORTED,
          "this engine has the classic builder only: build without BuildKit (DOCKER_BUILDKIT=0)");
    }
    var isolation = call.query("isolation").orElse("").toLowerCase(Locale.ROOT);
    if (!isolation.isEmpty() && !isolation.equals("default")) {
      throw Refusal.invalid("Unsupported isolation: \"%s\"".formatted(isolation));
    }
    if (!call.queries("outputs").stream().allMatch(one -> one.isEmpty() || one.equals("[]"))) {
      throw new Refusal(ErrorKind.UNSUPPORTED, "outputs are not supported by the classic builder");
    }
    return new Builds.Request(
        call.query("buildid").orElse(""),
        call.query("dockerfile").orElse(""),
        call.query("remote").orElse(""),
        call.queries("t").stream().filter(name -> !name.isEmpty()).distinct().toList(),
        arguments(call),
        labels(call),
        call.query("target").orElse(""),
        call.query("platform").orElse("").toLowerCase(Locale.ROOT),
        registries(call),
        texts(call, "cachefrom"),
        call.flag("nocache"),
        call.flag("pull"),
        !call.flag("rm", true),
        call.flag("forcerm"),
        surroundings(call));
  }

  private static Optional<JsonObject> json(Call call, String name) {
    return call.given(name).map(text -> JsonObject.parse(ByteString.fromString(text)));
  }

  private static Map<String, Optional<String>> arguments(Call call) {
    var arguments = new LinkedHashMap<String, Optional<String>>();
    json(call, "buildargs")
        .ifPresent(given -> given.names().forEach(name -> arguments.put(name, given.text(name))));
    return arguments;
  }

  private static Map<String, String> labels(Call call) {
    var labels = new LinkedHashMap<String, String>();
    json(call, "labels")
        .ifPresent(
            given -> given.names().forEach(name -> labels.put(name, given.textOr(name, ""))));
    return labels;
  }

  /** A JSON list, wrapped so that the one reader of JSON reads it. */
  private static List<String> texts(Call call, String name) {
    return call.given(name)
        .map(text -> JsonObject.parse(ByteString.fromString("{\"v\":" + text + "}")).list("v"))
        .orElse(List.of());
  }

  private static Map<String, Credentials> registries(Call call) {
    var known = new LinkedHashMap<String, Credentials>();
    var header = call.header("X-Registry-Config").orElse("");
    if (header.isEmpty() || header.length() > LONGEST_HEADER) {
      return known;
    }
    try {
      var text = header.strip().replace('+', '-').replace('/', '_').replaceAll("=+$", "");
      var json = JsonObject.parse(ByteString.fromArray(Base64.getUrlDecoder().decode(text)));
      for (var name : json.names()) {
        known.put(name, RegistryAuth.read(json.objectOrEmpty(name)));
      }
    } catch (IllegalArgumentException | Refusal e) {
      // As with dockerd: who cannot be understood has nothing to show.
      return Map.of();
    }
    return known;
  }

  private static Builds.Surroundings surroundings(Call call) {
    return new Builds.Surroundings(
        resources(call),
        number(call, "shmsize"),
        call.query("networkmode").filter(mode -> !mode.equals("default")).orElse(""),
        hosts(call),
        call.queries("securityopt").stream().filter(one -> !one.isEmpty()).toList());
  }

  private static List<String> hosts(Call call) {
    return call.queries("extrahosts").stream()
        .flatMap(text -> java.util.Arrays.stream(text.split(",")))
        .filter(host -> !host.isEmpty())
        .toList();
  }

  private static ResourceSpec resources(Call call) {
    var spec =
        ResourceSpec.newBuilder()
            .setMemoryBytes(number(call, "memory"))
            .setMemorySwapBytes(number(call, "memswap"))
            .setCpuShares(number(call, "cpushares"))
            .setCpuPeriodMicros(number(call, "cpuperiod"))
            .setCpuQuotaMicros(number(call, "cpuquota"))
            .setCpusetCpus(call.query("cpusetcpus").orElse(""))
            .setCpusetMems(call.query("cpusetmems").orElse(""))
            .setCgroupParent(call.query("cgroupparent").orElse(""));
    call.given("ulimits")
        .map(text -> JsonObject.parse(ByteString.fromString("{\"v\":" + text + "}")))
        .map(json -> json.objectList("v"))
        .orElse(List.of())
        .forEach(
            limit ->
                spec.addUlimits(
                    Ulimit.newBuilder()
                        .setName(limit.textOr("Name", ""))
                        .setSoft(limit.numberOr("Soft", 0))
                        .setHard(limit.numberOr("Hard", 0))));
    return spec.build();
  }

  private static long number(Call call, String name) {
    var text = call.given(name);
    try {
      return text.isEmpty() ? 0 : Long.parseLong(text.get());
    } catch (NumberFormatException e) {
      throw Refusal.invalid(
          "strconv.ParseInt: parsing \"%s\": invalid syntax".formatted(text.orElse("")));
    }
  }
}
