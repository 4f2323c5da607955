package io.gateau.jobs.doctor;

import io.gateau.jobs.session.Sessions;
import io.gateau.jobs.settings.InputOutputKeys;
import io.gateau.jobs.settings.ModelKeys;
import io.gateau.jobs.settings.Setting;
import io.gateau.jobs.settings.Settings;
import io.gateau.jobs.start.StartChecks;
import io.gateau.model.ModelSpec;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.score.ModelRole;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** All checks of {@code gateau doctor}, in their order. */
public final class Examination {
  private static final String HADOOP_PREFIX = "spark.hadoop.";

  private final Settings settings;
  private final SparkConf conf;
  private final Doctor doctor = new Doctor();

  private Examination(Settings settings, SparkConf conf) {
    this.settings = settings;
    this.conf = conf;
  }

  /**
   * Examines this machine, Spark, and what the settings name.
   *
   * @param version of Gateau
   * @param name of the Spark application
   */
  public static Doctor of(Settings settings, String version, String name) {
    Examination examination = new Examination(settings, Sessions.conf(settings, name));
    examination.doctor.check("Gateau", () -> Finding.ok("Gateau", version));
    examination.machine();
    examination.spark(name);
    examination.given();
    return examination.doctor;
  }

  private void machine() {
    doctor.check("Java", MachineChecks::java);
    doctor.check("Java heap", MachineChecks::heap);
    doctor.check("memory", MachineChecks::memory);
    doctor.check("processor", MachineChecks::processor);
    doctor.check(
        "temporary folder",
        () -> MachineChecks.temporaryFolders(new StartChecks(conf, System.getenv())));
    doctor.check("libtorch", MachineChecks::engine);
    doctor.check("GPU", MachineChecks::gpu);
    doctor.check("scoring", MachineChecks::scores);
  }

  private void spark(String name) {
    doctor.check(
        "Spark",
        () -> {
          try (SparkSession spark = Sessions.open(settings, name)) {
            Finding runs = SparkChecks.runs(spark);
            if (spark.sparkContext().isLocal() || runs.grade() == Finding.Grade.FAULT) {
              return runs;
            }
            doctor.check("Spark", () -> runs);
            return SparkChecks.executors(spark);
          }
        });
  }

  private void given() {
    Configuration hadoop = new Configuration();
    for (scala.Tuple2<String, String> setting : conf.getAllWithPrefix(HADOOP_PREFIX)) {
      hadoop.set(setting._1(), setting._2());
    }
    model("short model", ModelKeys.SHORT_MODEL, ModelRole.SHORT, hadoop);
    model("long model", ModelKeys.LONG_MODEL, ModelRole.LONG, hadoop);
    model("unrelated model", ModelKeys.UNRELATED_MODEL, ModelRole.UNRELATED, hadoop);
    if (settings.find(ModelKeys.SHORT_MODEL).isPresent()
        && settings.find(ModelKeys.LONG_MODEL).isPresent()) {
      doctor.check(
          "pair",
          () ->
              GivenChecks.pair(
                  settings.model(ModelRole.SHORT), settings.model(ModelRole.LONG), hadoop));
    }
    settings
        .find(InputOutputKeys.INPUT)
        .map(inputs -> inputs.stream().filter(input -> !ReadConfig.isTable(input)).toList())
        .filter(files -> !files.isEmpty())
        .ifPresent(
            (List<String> files) -> doctor.check("input", () -> GivenChecks.input(files, hadoop)));
    settings
        .find(InputOutputKeys.OUTPUT)
        .ifPresent(path -> doctor.check("output", () -> GivenChecks.output(path, hadoop)));
  }

  private void model(String name, Setting<String> setting, ModelRole role, Configuration hadoop) {
    settings
        .find(setting)
        .ifPresent(
            path ->
                doctor.check(
                    name,
                    () -> {
                      ModelSpec spec = settings.model(role);
                      return GivenChecks.model(name, spec, hadoop);
                    }));
  }
}
