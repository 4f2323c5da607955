package io.gateau.pipeline;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.package$;

/** The versions of gateau and of what it runs on, for {@code manifest.json}. */
final class Versions {
  private Versions() {}

  /** Name to version; {@code development} for a gateau that no jar holds. */
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
