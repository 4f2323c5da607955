package io.gateau.jobs.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A real Spark standalone cluster on the loopback interface: one master and some workers, each a
 * process of its own, started from the jars that Maven resolved.
 *
 * <p>Every worker offers one core, or one for each GPU, and 2 GiB. The processes choose free ports
 * themselves. What they write stays in {@code target/standalone-cluster} for whoever has to find
 * out why a test failed.
 */
public final class StandaloneCluster implements AutoCloseable {

  private static final int WORKERS = 2;
  private static final Duration START = Duration.ofMinutes(2);

  /**
   * For processes that wait more than they work or end soon: no second compiler, no collector
   * threads.
   */
  private static final List<String> QUICK_START =
      List.of("-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=256m", "-XX:+UseSerialGC");

  private static final Pattern MASTER_URL =
      Pattern.compile("Starting Spark master at (spark://\\S+)");
  private static final Pattern MASTER_UI =
      Pattern.compile("MasterWebUI .*started at (http://\\S+)");
  private static final Pattern ALIVE = Pattern.compile("\"state\"\\s*:\\s*\"ALIVE\"");
  private static final String EXECUTOR = "org.apache.spark.executor.CoarseGrainedExecutorBackend";

  private final Path home;
  private final List<ChildProcess> daemons = new ArrayList<>();
  private final Thread atExit = new Thread(this::killAll, "standalone-cluster-at-exit");
  private String url = "";
  private int submitted;

  private StandaloneCluster(Path home) {
    this.home = home;
  }

  /** Starts a master and two workers. */
  public static StandaloneCluster start() {
    return start(WORKERS);
  }

  /**
   * Starts a master and workers, and waits until the master counts them all as alive.
   *
   * @throws IllegalStateException with the last lines of the log concerned when one of them does
   *     not come up within two minutes
   */
  public static StandaloneCluster start(int workers) {
    if (workers < 1) {
      throw new IllegalArgumentException("a cluster needs a worker; got " + workers);
    }
    return start(workers, 1, List.of());
  }

  /**
   * Starts a master and one worker with as many cores as GPUs, which it finds as a worker with GPUs
   * does: a discovery script prints their addresses.
   *
   * @param addresses of the GPUs, which need not be there
   */
  public static StandaloneCluster startWithGpus(Path folder, String... addresses)
      throws IOException {
    String quoted = Stream.of(addresses).collect(Collectors.joining("\", \"", "\"", "\""));
    Path script =
        Files.writeString(
            folder.resolve("getGpusResources.sh"),
            "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [%s]}'\n".formatted(quoted));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    return start(
        1,
        addresses.length,
        List.of(
            "-Dspark.worker.resource.gpu.amount=" + addresses.length,
            "-Dspark.worker.resource.gpu.discoveryScript=" + script));
  }

  private static StandaloneCluster start(int workers, int cores, List<String> workerOptions) {
    StandaloneCluster cluster = new StandaloneCluster(sparkHome());
    Runtime.getRuntime().addShutdownHook(cluster.atExit);
    try {
      cluster.startDaemons(workers, cores, workerOptions);
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  /** The master's address, {@code spark://host:port}. */
  public String masterUrl() {
    return url;
  }

  /** The executors that run at the moment, for tests that kill one. */
  public List<ProcessHandle> executors() {
    return processes().stream().filter(process -> commandLine(process).contains(EXECUTOR)).toList();
  }

  /**
   * Submits a job in client mode from a process of its own and waits for its end.
   *
   * @param jar the job's jar
   * @param mainClass the job's entry point
   * @param conf settings as {@code key=value}; they win over those of the cluster
   * @param arguments the job's arguments
   * @param limit the time after which the job is killed
   * @throws IllegalStateException with the last lines of output when the time runs out
   */
  public SubmitResult submit(
      Path jar, String mainClass, List<String> conf, List<String> arguments, Duration limit) {
    return submitFrom(Path.of(""), jar, mainClass, conf, arguments, limit);
  }

  /** Submits a job likewise, from another working directory. */
  public SubmitResult submitFrom(
      Path workingDirectory,
      Path jar,
      String mainClass,
      List<String> conf,
      List<String> arguments,
      Duration limit) {
    try (ChildProcess driver = submission(workingDirectory, jar, mainClass, conf, arguments)) {
      int exitCode = driver.exitCode(limit);
      return new SubmitResult(exitCode, driver.stdout(), driver.stderr());
    }
  }

  /**
   * Kills every process of the cluster, drivers and executors too, and removes all but the logs.
   */
  @Override
  public void close() {
    killAll();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The JVM is on its way out already, and has this cluster on its list.
      return;
    }
    try {
      Files.deleteIfExists(home.resolve("jars"));
      ClassArchive.delete(home.resolve("local"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot clear " + home, e);
    }
    removeJarCopies();
  }

  private void startDaemons(int workers, int cores, List<String> workerOptions) {
    ChildProcess master =
        daemon(
            "master",
            List.of(
                "-Dspark.master.rest.enabled=false",
                "org.apache.spark.deploy.master.Master",
                "--host",
                "127.0.0.1",
                "--port",
                "0",
                "--webui-port",
                "0"));
    url = master.await("naming its address", START, () -> find(MASTER_URL, master.stderr()));
    String ui = master.await("opening its web page", START, () -> find(MASTER_UI, master.stderr()));
    for (int worker = 0; worker < workers; worker++) {
      String name = "worker-" + worker;
      List<String> arguments = new ArrayList<>(workerOptions);
      arguments.addAll(
          List.of(
              "org.apache.spark.deploy.worker.Worker",
              "--host",
              "127.0.0.1",
              "--port",
              "0",
              "--webui-port",
              "0",
              "--cores",
              Integer.toString(cores),
              "--memory",
              "2g",
              "--work-dir",
              home.resolve(name).toString(),
              url));
      daemon(name, arguments);
    }
    awaitWorkers(workers, ui);
  }

  private void awaitWorkers(int workers, String ui) {
    ChildProcess master = daemons.get(0);
    List<ChildProcess> started = daemons.subList(1, daemons.size());
    master.await(
        "all %d workers registering; their logs are in %s".formatted(workers, home),
        START,
        () -> {
          for (ChildProcess worker : started) {
            if (!worker.process().isAlive()) {
              throw worker.failure("ended before it had registered");
            }
          }
          return alive(ui) == workers ? Optional.of(workers) : Optional.empty();
        });
  }

  private static long alive(String ui) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(ui + "/json/")).timeout(Duration.ofSeconds(5)).build();
    try {
      String body =
          HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
      // The master's own status stands outside of its list of workers.
      String workers = body.substring(body.indexOf("\"workers\""), body.indexOf("\"activeapps\""));
      return ALIVE.matcher(workers).results().count();
    } catch (IOException e) {
      throw new UncheckedIOException("the master's page does not answer: " + ui, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for workers", e);
    }
  }

  private ChildProcess submission(
      Path workingDirectory,
      Path jar,
      String mainClass,
      List<String> conf,
      List<String> arguments) {
    List<String> command = new ArrayList<>(quickStart());
    command.addAll(List.of("-Xmx1g", "-cp", home.resolve("jars") + "/*"));
    command.add("org.apache.spark.deploy.SparkSubmit");
    command.addAll(List.of("--master", url, "--deploy-mode", "client", "--class", mainClass));
    Stream.concat(
            Stream.of(
                "spark.driver.host=127.0.0.1",
                "spark.driver.bindAddress=127.0.0.1",
                "spark.ui.enabled=false",
                // Tasks start when all executors are there, so that each gets its share.
                "spark.scheduler.minRegisteredResourcesRatio=1.0"),
            conf.stream())
        .forEach(setting -> command.addAll(List.of("--conf", setting)));
    command.add(jar.toAbsolutePath().toString());
    command.addAll(arguments);
    submitted++;
    return ChildProcess.java(
        "submit-" + submitted, home.resolve("logs"), workingDirectory, environment(), command);
  }

  private ChildProcess daemon(String name, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of("-Xmx512m", "-cp", home.resolve("jars") + "/*"));
    command.addAll(arguments);
    Map<String, String> environment = new HashMap<>(environment());
    // For the daemon, and for the executors that it starts.
    environment.put(
        "JDK_JAVA_OPTIONS", quickStart().stream().collect(Collectors.joining("\" \"", "\"", "\"")));
    ChildProcess daemon = ChildProcess.java(name, home.resolve("logs"), environment, command);
    daemons.add(daemon);
    return daemon;
  }

  private static List<String> quickStart() {
    return Stream.concat(QUICK_START.stream(), ClassArchive.clusterOptions().stream()).toList();
  }

  private Map<String, String> environment() {
    return Map.of(
        "SPARK_HOME",
        home.toString(),
        // Without it, executors look for the build directories of Spark's own source tree.
        "SPARK_SCALA_VERSION",
        "2.13",
        "SPARK_LOCAL_IP",
        "127.0.0.1",
        "SPARK_LOCAL_DIRS",
        home.resolve("local").toString());
  }

  private static Path sparkHome() {
    try {
      Path parent = Files.createDirectories(Path.of("target", "standalone-cluster"));
      Path home = Files.createTempDirectory(parent.toAbsolutePath(), "home-");
      Files.createSymbolicLink(home.resolve("jars"), ClassArchive.sparkJars());
      return home;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot lay out a Spark home", e);
    }
  }

  private void killAll() {
    // Again until none is left: a worker may start an executor while it is being killed.
    for (List<ProcessHandle> left = processes(); !left.isEmpty(); left = processes()) {
      ChildProcess.kill(left);
    }
  }

  /** Everything that this home's jars run: an executor whose worker was killed has no parent. */
  private List<ProcessHandle> processes() {
    return ProcessHandle.allProcesses()
        .filter(process -> commandLine(process).contains(home.toString()))
        .toList();
  }

  /** Unlike the arguments, there (in part) even when it is longer than a memory page. */
  private static String commandLine(ProcessHandle process) {
    return process.info().commandLine().orElse("");
  }

  private static Optional<String> find(Pattern pattern, String log) {
    Matcher matcher = pattern.matcher(log);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** Workers copy the job's jar, and Gateau's is large; the executors' logs beside it stay. */
  private void removeJarCopies() {
    try (Stream<Path> files = Files.walk(home)) {
      for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).toList()) {
        Files.delete(jar);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove the jars under " + home, e);
    }
  }
}
