package io.gateau.jobs.start;

import io.gateau.jobs.settings.ConfigException;
import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.pipeline.OutputFolder;
import io.gateau.pipeline.RunManifest;
import io.gateau.pipeline.contamination.ContaminationConfig;
import io.gateau.pipeline.contamination.EvaluationFiles;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.file.InputFiles;
import io.gateau.pipeline.read.record.ReadConfig;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.SparkConf;
import scala.Tuple2;

/**
 * Finds, in a second and before Spark is started, what would end a run later: paths of this machine
 * that do not exist or cannot be written to, and file systems that nobody has heard of. What is on
 * another machine is looked at once Spark runs.
 */
public final class StartChecks {
  private static final String HADOOP_PREFIX = "spark.hadoop.";
  private static final String LOCAL = "file";
  private static final String SPARK_FOLDERS = "spark.local.dir";
  private static final String SPARK_FOLDERS_VARIABLE = "SPARK_LOCAL_DIRS";

  /** YARN's own variable, in whose containers Spark uses its folders. */
  private static final String YARN_FOLDERS_VARIABLE = "LOCAL_DIRS";

  private final SparkConf conf;
  private final Map<String, String> environment;
  private final Configuration hadoop;

  /**
   * Checks for a session.
   *
   * @param conf of the session
   * @param environment variables of this process
   */
  public StartChecks(SparkConf conf, Map<String, String> environment) {
    this.conf = conf;
    this.environment = Map.copyOf(environment);
    this.hadoop = new Configuration();
    for (Tuple2<String, String> setting : conf.getAllWithPrefix(HADOOP_PREFIX)) {
      hadoop.set(setting._1(), setting._2());
    }
  }

  /**
   * Checks the temporary folders of Java and of Spark, which uses those of its folders that it can.
   *
   * @throws ConfigException if there is none to write to
   */
  public void temporaryFolders() {
    String java = System.getProperty("java.io.tmpdir");
    WritableFolder.fault(Path.of(java))
        .ifPresent(
            fault -> {
              throw new ConfigException(
                  "the temporary folder %s (java.io.tmpdir) cannot be written to: %s; name another with -Djava.io.tmpdir=DIR, for the launcher in GATEAU_JAVA_OPTS"
                      .formatted(java, fault));
            });
    String spark = environment.getOrDefault(SPARK_FOLDERS_VARIABLE, conf.get(SPARK_FOLDERS, java));
    List<Optional<String>> faults =
        Arrays.stream(spark.split(","))
            .map(folder -> WritableFolder.fault(Path.of(folder.strip())))
            .toList();
    if (!environment.containsKey(YARN_FOLDERS_VARIABLE)
        && faults.stream().allMatch(Optional::isPresent)) {
      throw new ConfigException(
          "the temporary folder %s of Spark cannot be written to: %s; name another with %s under spark.conf, or with the variable %s"
              .formatted(
                  spark, faults.get(0).orElseThrow(), SPARK_FOLDERS, SPARK_FOLDERS_VARIABLE));
    }
  }

  /**
   * Checks an input.
   *
   * @throws InputException if a path of this machine holds nothing that can be read, or a URL is of
   *     no file system
   */
  public void input(ReadConfig read) {
    InputFiles.find(
        read.files().stream().filter(path -> isLocal("the input", path)).toList(), hadoop);
  }

  /**
   * Checks the evaluation sets that samples must not share words with.
   *
   * @throws InputException if a path of this machine holds nothing that can be read, or files that
   *     are not, or a URL is of no file system
   */
  public void evaluationSets(ContaminationConfig config) {
    EvaluationFiles.records(localSets(config.records()), hadoop);
    localSets(config.lines()).forEach(path -> EvaluationFiles.lines(path, hadoop));
  }

  private List<String> localSets(List<String> paths) {
    return paths.stream().filter(path -> isLocal("the evaluation set", path)).toList();
  }

  /**
   * Opens the models of this machine.
   *
   * @throws io.gateau.model.checkpoint.ModelException if one cannot be used
   * @throws InputException if a URL is of no file system
   */
  public void models(Collection<ModelSpec> models) {
    for (ModelSpec model : models) {
      if (model.isRemote()) {
        isLocal("the model", model.path());
      } else {
        Checkpoint.open(model.directory());
      }
    }
  }

  /**
   * Checks a folder for results.
   *
   * @throws InputException if something else is there or it cannot be written to
   */
  public void output(String path) {
    if (!isLocal("output", path)) {
      return;
    }
    OutputFolder folder = OutputFolder.at(hadoop, path);
    WritableFolder.fault(
            new File(folder.selection(OutputFolder.UNNAMED).toUri().getPath()).toPath())
        .ifPresent(
            fault -> {
              throw new InputException(
                  "output %s cannot be written to: %s; name a folder that this user may write to"
                      .formatted(path, fault));
            });
  }

  /**
   * Checks a folder that a run must have filled.
   *
   * @throws InputException if it holds no scores
   */
  public void scored(String path) {
    if (isLocal("output", path)) {
      var unused = RunManifest.of(OutputFolder.at(hadoop, path)).input();
    }
  }

  /**
   * Checks a folder whose ranking shall be used.
   *
   * @throws InputException if it holds none
   */
  public void fitted(String path) {
    if (isLocal("the fitted ranker", path)) {
      var unused = OutputFolder.ranker(hadoop, path);
    }
  }

  private boolean isLocal(String what, String path) {
    String scheme;
    try {
      scheme =
          Optional.ofNullable(new org.apache.hadoop.fs.Path(path).toUri().getScheme())
              .orElse(FileSystem.getDefaultUri(hadoop).getScheme());
      var unused = FileSystem.getFileSystemClass(scheme, hadoop);
    } catch (IllegalArgumentException e) {
      // No path at all; the reader of it says why.
      return true;
    } catch (IOException e) {
      throw new InputException(
          "%s %s is on a file system that is not here: %s; check the scheme, or add its library, such as hadoop-aws for s3a://"
              .formatted(what, path, e.getMessage()),
          e);
    }
    return LOCAL.equals(scheme);
  }
}
