package io.gantry.agent;

/**
 * What a client has to show to a registry, as Docker's clients send it (X-Registry-Auth). At most
 * one way of the three is used: a registry token as it is, an identity token for tokens, or name
 * and password.
 *
 * @param serverAddress the registry they are for, as the user wrote it; empty: whichever is asked
 */
public record Credentials(
    String username,
    Secret password,
    Secret identityToken,
    Secret registryToken,
    String serverAddress) {
  public static final Credentials NONE =
      new Credentials("", Secret.NONE, Secret.NONE, Secret.NONE, "");

  public static Credentials of(String username, String password) {
    return new Credentials(username, new Secret(password), Secret.NONE, Secret.NONE, "");
  }

  public boolean isAnonymous() {
    return username.isEmpty() && !identityToken.isGiven() && !registryToken.isGiven();
  }
}
