package io.gateau.pipeline;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.package$;

/** What a run ran on. */
final class Versions {
  private Versions() {}

  static Map<String, String> all() {
    Map<String, String> versions = new TreeMap<>();
    versions.put(
        "gateau",
        Optional.ofNullable(Versions.class.getPackage().getImplementationVersion())
            .orElse("development"));
    versions.put("spark", package$.MODULE$.SPARK_VERSION());
    versions.put("scala", scala.util.Properties.versionNumberString());
    versions.put("java", System.getProperty("java.version"));
    versions.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    return versions;
  }
}
