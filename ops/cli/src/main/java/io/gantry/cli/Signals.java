package io.gantry.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * Signal handlers. The JDK has them in {@code sun.misc} only, which the compiler warns about in a
 * way that cannot be answered in the source, so they are reached by reflection.
 */
final class Signals {
  private Signals() {}

  /**
   * A signal that the JVM needs for itself, or that this system does not have, keeps its default.
   */
  static void handle(String name, Runnable action) {
    try {
      var signalType = Class.forName("sun.misc.Signal");
      var handlerType = Class.forName("sun.misc.SignalHandler");
      var handler =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handlerType},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "handle" -> {
                      action.run();
                      yield null;
                    }
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> "handler of SIG" + name;
                  });
      signalType
          .getMethod("handle", signalType, handlerType)
          .invoke(null, signalType.getConstructor(String.class).newInstance(name), handler);
    } catch (InvocationTargetException refused) {
      if (!(refused.getCause() instanceof IllegalArgumentException)) {
        throw new IllegalStateException("cannot handle SIG" + name, refused);
      }
    } catch (ReflectiveOperationException missing) {
      throw new IllegalStateException("this Java runtime has no signals", missing);
    }
  }
}
