package io.gantry.agent.host;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.host.fake.InMemoryLinks;
import java.io.IOException;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class InMemoryLinksTest extends LinksContract {
  private final InMemoryLinks links = new InMemoryLinks();

  @Override
  Links links() {
    return links;
  }

  @Override
  String bridge() {
    return "gantry0";
  }

  @Override
  Links.Address gateway() throws IOException {
    return new Links.Address(InetAddress.getByName("10.1.2.1"), 24);
  }

  @Override
  Links.Plug plug(String device, int host) throws IOException {
    return plug(bridge(), device, "10.1.2.1", host);
  }

  @Test
  void failsOnceWhenTold() throws Exception {
    links.faults.failNext("no devices left");
    assertThatThrownBy(() -> links.ensureNamespace(id)).hasMessage("no devices left");
    links.ensureNamespace(id);
  }
}
