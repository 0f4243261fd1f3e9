package io.gantry.ops.rules.broken.agent.volume;

import java.lang.foreign.Linker;

public final class CallsNative {
  private CallsNative() {}

  public static Linker linker() {
    return Linker.nativeLinker();
  }
}
