package io.gantry.agent.image.registry;

/**
 * What a token is wanted for (Docker Registry token authentication): "repository:a/b:pull".
 *
 * @param text one or several, blanks between them
 */
record Scope(String text) {
  static final Scope NONE = new Scope("");

  static Scope pull(String path) {
    return new Scope("repository:%s:pull".formatted(path));
  }

  static Scope push(String path) {
    return new Scope("repository:%s:pull,push".formatted(path));
  }

  Scope and(Scope other) {
    return new Scope(text + " " + other.text);
  }
}
