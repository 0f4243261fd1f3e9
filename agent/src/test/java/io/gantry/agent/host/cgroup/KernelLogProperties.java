package io.gantry.agent.host.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class KernelLogProperties {
  private static final String RECORD =
      "6,1843,921345678,-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,"
          + "mems_allowed=0,oom_memcg=/gantry/abc,task_memcg=/gantry/abc/below,task=dd,pid=4711,"
          + "uid=0\n";

  @Example
  void aKillInAGroupNamesVictimAndLimit() {
    assertThat(KernelLog.parse(RECORD))
        .contains(new KernelLog.Kill("/gantry/abc", "/gantry/abc/below", "dd", 4711));
  }

  @Example
  void aKillForTheWholeMachineHitNoGroupsLimit() {
    assertThat(
            KernelLog.parse(
                "6,1,1,-;oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,"
                    + "mems_allowed=0,global_oom,task_memcg=/gantry/abc,task=a b,pid=1,uid=0"))
        .contains(new KernelLog.Kill("/", "/gantry/abc", "a b", 1));
  }

  @Property
  void anyOtherRecordIsNone(@ForAll String record) {
    assertThat(KernelLog.parse(record)).isEmpty();
  }

  @Property
  void aRecordCutAnywhereIsReadOrIsNot(@ForAll int at) {
    KernelLog.parse(RECORD.substring(0, Math.floorMod(at, RECORD.length())));
  }
}
