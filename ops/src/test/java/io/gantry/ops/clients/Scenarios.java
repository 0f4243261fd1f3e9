package io.gantry.ops.clients;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs one test class in this process: 0 if all its tests succeeded and there were some. */
public final class Scenarios {
  private Scenarios() {}

  public static void main(String[] arguments) throws ClassNotFoundException {
    var request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectClass(Class.forName(arguments[0])))
            .build();
    var listener = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request, listener);
    var summary = listener.getSummary();
    summary.printFailuresTo(new PrintWriter(System.out, true));
    System.out.printf("%d tests succeeded%n", summary.getTestsSucceededCount());
    var right = summary.getTotalFailureCount() == 0 && summary.getTestsSucceededCount() > 0;
    System.exit(right ? 0 : 1);
  }
}
