package io.gantry.agent.host.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("host")
class SmokeIT {
  @TempDir Path directory;

  @Test
  void runs() throws Exception {
    for (var name : java.util.List.of("crun", "runc"))
    try (var rig = new Rig(directory.resolve(name), name)) {
      var runtime = rig.runtime;
      for (int i = 0; i < 20; i++) {
        var id = rig.id();
        long t0 = System.nanoTime();
        var w = rig.bundle(id, s -> s, "sh", "-c", "echo hi; exit 3");
        long t1 = System.nanoTime();
        var c = rig.monitor.create(rig.launch(id, 1), Rig.DEADLINE);
        long t2 = System.nanoTime();
        assertThat(rig.monitor.alive(id, 1)).isTrue();
        assertThat(runtime.state(id).orElseThrow().status()).isEqualTo("created");
        runtime.start(id);
        long t3 = System.nanoTime();
        var exit = rig.monitor.exit(id, 1, c.monitorPid()).toCompletableFuture().get(10, TimeUnit.SECONDS);
        long t4 = System.nanoTime();
        assertThat(exit.code()).isEqualTo(3);
        runtime.delete(id);
        rig.monitor.remove(id);
        long t5 = System.nanoTime();
        System.out.printf("bundle %d create %d start %d exit %d delete %d us; total %d %s%n", (t1-t0)/1000, (t2-t1)/1000, (t3-t2)/1000, (t4-t3)/1000, (t5-t4)/1000, (t5-t0)/1000, w);
        assertThat(Files.readString(rig.log(id))).endsWith("stdout F hi\n");
      }
    }
  }
}
