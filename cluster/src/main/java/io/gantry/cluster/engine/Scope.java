package io.gantry.cluster.engine;

/** What an engine of several hosts means where nothing is named that one of them has. */
public enum Scope {
  /** All hosts: lists are of all, and a new container is placed. */
  ALL,
  /** This host: only what is asked of a container that another has goes there. */
  OWN
}
