package io.gateau.jobs.console;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The lines of {@code --version}. */
public final class Versions implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {
      "gateau " + gateau(),
      "Spark " + org.apache.spark.package$.MODULE$.SPARK_VERSION(),
      "Java %s (%s)".formatted(Runtime.version(), System.getProperty("java.vendor"))
    };
  }

  /** From the jar's manifest. */
  public static String gateau() {
    return Optional.ofNullable(Versions.class.getPackage().getImplementationVersion())
        .orElse("(not packaged)");
  }
}
