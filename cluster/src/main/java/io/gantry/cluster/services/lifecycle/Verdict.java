package io.gantry.cluster.services.lifecycle;

/** What is to become of who holds a slot. */
sealed interface Verdict {
  record Stay() implements Verdict {}

  /** It is over, and another comes after a while. */
  record Later() implements Verdict {}

  /**
   * Another is to hold it.
   *
   * @param mayStay until there is a place for another
   */
  record Vacate(Kind kind, String reason, boolean mayStay) implements Verdict {}

  /** Why a slot gets another replica. */
  enum Kind {
    /** It has none, or one that waits for a host. */
    NEW,
    /** Its host is away. */
    LOST,
    /** It has ended. */
    ENDED,
    /** Its host is not to have it any more. */
    MOVED,
    /** It is of an older specification. */
    OUTDATED
  }
}
