package io.gantry.agent.host.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;

/**
 * Filters of system calls compiled by libseccomp, which the runtimes use as well. Compiling one for
 * several architectures takes more than ten milliseconds, so it is worth doing once.
 *
 * @param defaultAction of seccomp(2), with its data
 * @param architectures as libseccomp names them: "x86_64", "x86", "x32", "aarch64", "arm"
 */
public record SeccompFilter(int defaultAction, List<String> architectures, List<Rule> rules) {
  private static final int NO_SUCH_CALL = -1;
  private static final long NO_NEW_PRIVILEGES = 3;
  private static final long OPTIMIZE = 8;
  private static final long BINARY_TREE = 2;
  private static final long COMPARISON_SIZE = 24;
  private static final long MFD_CLOEXEC = 1;

  /** Calls that meet all comparisons; names that this kernel's headers do not know are left out. */
  public record Rule(int action, List<String> calls, List<Comparison> comparisons) {}

  /**
   * {@code operator}: 1 not equal, 2 &lt;, 3 &lt;=, 4 equal, 5 &gt;=, 6 &gt;, 7 equal under a mask.
   */
  public record Comparison(int argument, int operator, long first, long second) {}

  /** The library is loaded with the first filter; a host without it fails there. */
  private static final class Library {
    private static final SymbolLookup LOOKUP = lookup();
    static final MemorySegment INIT = symbol("seccomp_init");
    static final MemorySegment RELEASE = symbol("seccomp_release");
    static final MemorySegment SET = symbol("seccomp_attr_set");
    static final MemorySegment ARCHITECTURE = symbol("seccomp_arch_resolve_name");
    static final MemorySegment ADD_ARCHITECTURE = symbol("seccomp_arch_add");
    static final MemorySegment CALL = symbol("seccomp_syscall_resolve_name");
    static final MemorySegment ADD_RULE = symbol("seccomp_rule_add_array");
    static final MemorySegment EXPORT = symbol("seccomp_export_bpf");

    private static SymbolLookup lookup() {
      return SymbolLookup.libraryLookup("libseccomp.so.2", Arena.global());
    }

    private static MemorySegment symbol(String name) {
      return LOOKUP.find(name).orElseThrow(() -> new UnsatisfiedLinkError("no " + name));
    }
  }

  /** An array of struct sock_filter, as seccomp(2) takes it. */
  public byte[] compile() throws IOException {
    return Blocking.run(this::compiled);
  }

  private byte[] compiled() throws IOException {
    long filter;
    try {
      filter = Native.function(Library.INIT, Integer.toUnsignedLong(defaultAction));
    } catch (LinkageError | IllegalArgumentException absent) {
      throw new IOException("libseccomp is not usable on this host", absent);
    }
    if (filter == 0) {
      throw new IOException("libseccomp refuses the default action " + defaultAction);
    }
    try (var memory = new Strings()) {
      check("set options", Native.function(Library.SET, filter, NO_NEW_PRIVILEGES, 0));
      Native.function(Library.SET, filter, OPTIMIZE, BINARY_TREE);
      for (var architecture : architectures) {
        var token = Native.function(Library.ARCHITECTURE, memory.at(architecture));
        var added = (int) Native.function(Library.ADD_ARCHITECTURE, filter, token & 0xffffffffL);
        check("add architecture " + architecture, added == -Errno.EEXIST ? 0 : added);
      }
      for (var rule : rules) {
        add(filter, rule, memory);
      }
      return export(filter, memory);
    } finally {
      Native.function(Library.RELEASE, filter);
    }
  }

  private void add(long filter, Rule rule, Strings memory) throws IOException {
    if (rule.action() == defaultAction) {
      return;
    }
    for (var name : rule.calls()) {
      var call = (int) Native.function(Library.CALL, memory.at(name));
      if (call == NO_SUCH_CALL) {
        continue;
      }
      if (repeatsAnArgument(rule.comparisons())) {
        // Two conditions on one argument are alternatives (as all runtimes read them).
        for (var comparison : rule.comparisons()) {
          add(filter, rule.action(), name, call, List.of(comparison), memory);
        }
      } else {
        add(filter, rule.action(), name, call, rule.comparisons(), memory);
      }
    }
  }

  private static boolean repeatsAnArgument(List<Comparison> comparisons) {
    var seen = new HashSet<Integer>();
    return !comparisons.stream().allMatch(comparison -> seen.add(comparison.argument()));
  }

  private static void add(
      long filter, int action, String name, int call, List<Comparison> comparisons, Strings memory)
      throws IOException {
    var array = memory.block(Math.max(1, comparisons.size()) * COMPARISON_SIZE);
    for (var i = 0; i < comparisons.size(); i++) {
      var at = array.asSlice(i * COMPARISON_SIZE, COMPARISON_SIZE);
      at.set(JAVA_INT, 0, comparisons.get(i).argument());
      at.set(JAVA_INT, 4, comparisons.get(i).operator());
      at.set(JAVA_LONG, 8, comparisons.get(i).first());
      at.set(JAVA_LONG, 16, comparisons.get(i).second());
    }
    check(
        "add a rule for " + name,
        Native.function(
            Library.ADD_RULE,
            filter,
            Integer.toUnsignedLong(action),
            call,
            comparisons.size(),
            array.address()));
  }

  private static byte[] export(long filter, Strings memory) throws IOException {
    var number = Native.call(Call.MEMFD_CREATE, memory.at("filter"), MFD_CLOEXEC);
    try (var file = new Descriptor(SystemCallFailed.check(number, Call.MEMFD_CREATE, "filter"))) {
      check("export", Native.function(Library.EXPORT, filter, file.number()));
      return Files.readAllBytes(file.path());
    }
  }

  private static void check(String what, long result) throws IOException {
    if ((int) result != 0) {
      throw new IOException("seccomp filter: " + what + ": " + Errno.text(Math.abs((int) result)));
    }
  }
}
