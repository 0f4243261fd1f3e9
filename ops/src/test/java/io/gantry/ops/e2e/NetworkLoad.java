package io.gantry.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client of networks: makes two, runs a container on one, connects it to the other and
 * disconnects it, each time seen from inside as well, and removes all.
 */
record NetworkLoad(Insistent client) implements Crowd.Work {
  private static final String DEVICES = "ls /sys/class/net | grep -c eth";

  @Override
  public void runOne(String name, int round) throws Exception {
    var front = name + "-front";
    var back = name + "-back";
    for (var network : new String[] {front, back}) {
      client.make(
          network,
          "/networks/create",
          "/networks/" + network,
          "{\"Name\":\"%s\",\"Labels\":{\"round\":\"%d\"}}".formatted(network, round));
    }
    client.run(
        name,
        "\"Cmd\":[\"sleep\",\"1000\"],\"NetworkingConfig\":{\"EndpointsConfig\":{\"%s\":{\"Aliases\":[\"called-%s\"]}}}"
            .formatted(front, name),
        "\"NetworkMode\":\"%s\",\"PortBindings\":{\"80/tcp\":[{}]}".formatted(front));
    assertThat(client.output(name, DEVICES)).isEqualTo("1");

    connect(name, back);
    assertThat(client.output(name, DEVICES)).isEqualTo("2");
    assertThat(client.output(name, "nslookup called-" + name)).contains("Address");
    disconnect(name, back);
    assertThat(client.output(name, DEVICES)).isEqualTo("1");

    Patient.ask(
        front + ": remove one in use", () -> client.api().delete("/networks/" + front), 403);
    client.removeContainer(name);
    client.remove("/networks/" + front);
    client.remove("/networks/" + back);
  }

  private void connect(String name, String network) throws Exception {
    var body = "{\"Container\":\"%s\"}".formatted(name);
    client.bring(
        name + ": connect",
        Insistent.container(name),
        answer -> answer.text().contains("\"%s\":{".formatted(network)),
        () -> client.api().post("/networks/" + network + "/connect", body));
  }

  private void disconnect(String name, String network) throws Exception {
    var body = "{\"Container\":\"%s\"}".formatted(name);
    client.bring(
        name + ": disconnect",
        Insistent.container(name),
        answer -> !answer.text().contains("\"%s\":{".formatted(network)),
        () -> client.api().post("/networks/" + network + "/disconnect", body));
  }
}
