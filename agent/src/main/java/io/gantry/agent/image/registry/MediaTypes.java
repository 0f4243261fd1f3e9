package io.gantry.agent.image.registry;

import java.util.List;

/** Kinds of content: Docker's schema 2 (distribution, image manifest v2.2) and OCI's. */
public final class MediaTypes {
  public static final String DOCKER_MANIFEST =
      "application/vnd.docker.distribution.manifest.v2+json";
  public static final String DOCKER_INDEX =
      "application/vnd.docker.distribution.manifest.list.v2+json";
  public static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";
  public static final String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";
  public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
  public static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
  public static final String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar";
  public static final String OCI_LAYER_GZIP = OCI_LAYER + "+gzip";
  public static final String OCI_LAYER_ZSTD = OCI_LAYER + "+zstd";
  static final String DOCKER_SCHEMA1 = "application/vnd.docker.distribution.manifest.v1+json";
  static final String DOCKER_SIGNED_SCHEMA1 =
      "application/vnd.docker.distribution.manifest.v1+prettyjws";
  static final List<String> MANIFESTS =
      List.of(
          DOCKER_MANIFEST, DOCKER_INDEX, OCI_MANIFEST, OCI_INDEX, DOCKER_SIGNED_SCHEMA1 + ";q=0.1");

  private MediaTypes() {}
}
