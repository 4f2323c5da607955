package io.gateau.jobs.session;

import io.gateau.jobs.settings.ConfigException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;

/**
 * The jar that this program runs from. Executors of a cluster have Spark and nothing of Gateau:
 * they fetch the jar from the driver. spark-submit does that itself.
 */
final class ApplicationJar {
  private static final String JARS = "spark.jars";

  private ApplicationJar() {}

  /**
   * The jar or, in an IDE and in tests, the folder that the classes of this program come from.
   *
   * @throws ConfigException if they come from elsewhere
   */
  static Path source() {
    CodeSource source = ApplicationJar.class.getProtectionDomain().getCodeSource();
    try {
      return Path.of(source.getLocation().toURI());
    } catch (URISyntaxException | RuntimeException e) {
      throw new ConfigException(
          "the jar that gateau runs from cannot be found: %s".formatted(e), e);
    }
  }

  /**
   * The settings with the program among the jars that executors fetch.
   *
   * @param program the jar or folder that it runs from
   * @throws ConfigException if that is a folder, and the settings name no jar in its place
   */
  static SparkConf addTo(SparkConf conf, Path program) {
    List<String> jars = new ArrayList<>();
    for (String jar : conf.get(JARS, "").split(",", -1)) {
      if (!jar.isBlank()) {
        jars.add(jar.strip());
      }
    }
    if (Files.isDirectory(program)) {
      if (jars.isEmpty()) {
        throw new ConfigException(
            ("gateau runs from the folder %s, and executors of %s can fetch nothing but a jar; start"
                    + " ./gateau or spark-submit with the jar that `mvn package` builds, or name that"
                    + " jar in the configuration file as spark.conf.spark.jars")
                .formatted(program, conf.get("spark.master")));
      }
      return conf;
    }
    String jar = program.toUri().toString();
    if (!jars.contains(jar) && !jars.contains(program.toString())) {
      jars.add(jar);
    }
    return conf.clone().set(JARS, String.join(",", jars));
  }
}
