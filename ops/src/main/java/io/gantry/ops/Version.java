package io.gantry.ops;

import io.gantry.protocol.Release;
import picocli.CommandLine.IVersionProvider;

/** The version of this build. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"gantryd " + Release.VERSION};
  }
}
