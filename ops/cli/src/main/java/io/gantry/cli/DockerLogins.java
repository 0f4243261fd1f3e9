package io.gantry.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import io.gantry.protocol.v1.RegistryCredentials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/**
 * What {@code docker login} has kept: {@code auths} in config.json, by the registry's name.
 * Programs that keep passwords elsewhere (credential helpers) are not asked.
 */
record DockerLogins(Path file) {
  private static final String HUB = "https://index.docker.io/v1/";

  /** Below DOCKER_CONFIG, else below the home directory. */
  static DockerLogins ofUser() {
    var directory =
        Optional.ofNullable(System.getenv("DOCKER_CONFIG"))
            .filter(given -> !given.isEmpty())
            .map(Path::of)
            .orElseGet(() -> Path.of(System.getProperty("user.home"), ".docker"));
    return new DockerLogins(directory.resolve("config.json"));
  }

  /** For the registry of this reference; none where nobody has logged in. */
  RegistryCredentials of(String reference) {
    try {
      var config = Struct.newBuilder();
      JsonFormat.parser().merge(Files.readString(file), config);
      var auths = config.getFieldsOrThrow("auths").getStructValue();
      var registry = registry(reference);
      for (var key : auths.getFieldsMap().keySet()) {
        if (bare(key).equals(bare(registry))) {
          return credentials(auths.getFieldsOrThrow(key).getStructValue());
        }
      }
      return RegistryCredentials.getDefaultInstance();
    } catch (NoSuchFileException _) {
      return RegistryCredentials.getDefaultInstance();
    } catch (IllegalArgumentException _) {
      return RegistryCredentials.getDefaultInstance(); // there are no logins in it
    } catch (InvalidProtocolBufferException broken) {
      throw new Failure("cannot read logins from %s: %s".formatted(file, broken.getMessage()));
    } catch (IOException failed) {
      throw new Failure("cannot read logins from %s: %s".formatted(file, failed));
    }
  }

  private static RegistryCredentials credentials(Struct login) {
    var found = RegistryCredentials.newBuilder();
    found.setIdentityToken(text(login, "identitytoken"));
    found.setRegistryToken(text(login, "registrytoken"));
    var pair = new String(Base64.getDecoder().decode(text(login, "auth")), StandardCharsets.UTF_8);
    var colon = pair.indexOf(':');
    if (colon > 0) {
      found.setUsername(pair.substring(0, colon)).setPassword(pair.substring(colon + 1));
    }
    return found.build();
  }

  private static String text(Struct login, String field) {
    return login.containsFields(field) ? login.getFieldsOrThrow(field).getStringValue() : "";
  }

  /** As Docker tells them apart: a first part with a dot or a colon, or localhost, is a host. */
  static String registry(String reference) {
    var slash = reference.indexOf('/');
    var first = slash < 0 ? "" : reference.substring(0, slash);
    return first.contains(".") || first.contains(":") || first.equals("localhost") ? first : HUB;
  }

  private static String bare(String registry) {
    var host = registry.replaceFirst("^https?://", "").replaceFirst("/.*", "");
    return host.equals("docker.io") ? "index.docker.io" : host;
  }
}
