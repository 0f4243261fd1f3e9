package io.gantry.cluster.authority;

/** Hears of everybody who is turned away at a door of the cluster. Never blocks, never throws. */
public interface Refusals {
  /**
   * @param address HOST:PORT; empty: not known
   */
  void refused(String address, String reason);
}
