package io.gateau.jobs.testing;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * S3Proxy, a server that speaks the protocol of S3, as a process of its own on a free port of the
 * loopback interface. It has one bucket, whose objects it keeps in memory.
 */
public final class S3Server implements AutoCloseable {
  private static final String BUCKET = "bucket";
  private static final String ACCESS_KEY = "local-identity";
  private static final String SECRET_KEY = "local-credential";
  private static final Duration START = Duration.ofMinutes(1);

  private static final Pattern STARTED =
      Pattern.compile("Started \\S*ServerConnector.*\\{127\\.0\\.0\\.1:(\\d+)}");

  private final ChildProcess process;
  private final String endpoint;

  private S3Server(ChildProcess process, String endpoint) {
    this.process = process;
    this.endpoint = endpoint;
  }

  /** Starts a server whose files, its log above all, are in {@code folder}. */
  public static S3Server start(Path folder) throws IOException {
    Path settings =
        Files.writeString(
            folder.resolve("s3proxy.properties"),
            """
            s3proxy.endpoint=http://127.0.0.1:0
            s3proxy.authorization=aws-v2-or-v4
            s3proxy.identity=%s
            s3proxy.credential=%s
            jclouds.provider=transient
            jclouds.identity=any
            jclouds.credential=any
            """
                .formatted(ACCESS_KEY, SECRET_KEY));
    Path log = folder.resolve("s3proxy-logback.xml");
    try (InputStream config = S3Server.class.getResourceAsStream("/s3proxy-logback.xml")) {
      Files.copy(config, log);
    }
    String classPath =
        BuildOutputs.testLibrary("s3").stream()
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));
    ChildProcess process =
        ChildProcess.java(
            "s3proxy",
            folder,
            Map.of(),
            List.of(
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-Dlogback.configurationFile=" + log,
                "-cp",
                classPath,
                "org.gaul.s3proxy.Main",
                "--properties",
                settings.toString()));
    try {
      String port = process.await("naming its port", START, () -> port(process.stdout()));
      S3Server server = new S3Server(process, "http://127.0.0.1:" + port);
      server.createBucket();
      return server;
    } catch (IOException | RuntimeException e) {
      process.close();
      throw e;
    }
  }

  private static Optional<String> port(String log) {
    Matcher matcher = STARTED.matcher(log);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** Hadoop's settings with which a process reaches the server. */
  public Map<String, String> hadoopSettings() {
    return Map.of(
        "fs.s3a.endpoint", endpoint,
        "fs.s3a.endpoint.region", "us-east-1",
        "fs.s3a.path.style.access", "true",
        "fs.s3a.access.key", ACCESS_KEY,
        "fs.s3a.secret.key", SECRET_KEY,
        // A server on this machine has no bad moments to wait for.
        "fs.s3a.attempts.maximum", "2",
        "fs.s3a.retry.limit", "2");
  }

  /** The address of an object or of a folder of objects. */
  public String url(String key) {
    return "s3a://%s/%s".formatted(BUCKET, key);
  }

  /** Copies a file or folder of this machine into the bucket. */
  public void upload(Path from, String key) throws IOException {
    try (FileSystem bucket = fileSystem()) {
      bucket.copyFromLocalFile(
          new org.apache.hadoop.fs.Path(from.toUri()), new org.apache.hadoop.fs.Path(url(key)));
    }
  }

  /** Copies a folder of objects to this machine. */
  public void download(String key, Path to) throws IOException {
    try (FileSystem bucket = fileSystem()) {
      bucket.copyToLocalFile(
          new org.apache.hadoop.fs.Path(url(key)), new org.apache.hadoop.fs.Path(to.toUri()));
    }
  }

  /** The log: a line for every request, such as {@code GET@1f http://...}, and for every header. */
  public String log() {
    return process.stdout();
  }

  private FileSystem fileSystem() throws IOException {
    Configuration configuration = new Configuration();
    hadoopSettings().forEach(configuration::set);
    return FileSystem.newInstance(URI.create(url("")), configuration);
  }

  /** S3A has no way to do it. */
  private void createBucket() throws IOException {
    String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
    String toSign = "PUT\n\n\n\nx-amz-date:%s\n/%s".formatted(date, BUCKET);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(endpoint + "/" + BUCKET))
            .header("x-amz-date", date)
            .header("Authorization", "AWS %s:%s".formatted(ACCESS_KEY, signature(toSign)))
            .PUT(HttpRequest.BodyPublishers.noBody())
            .build();
    try {
      HttpResponse<String> response =
          HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new IOException(
            "the bucket was not made: %d %s".formatted(response.statusCode(), response.body()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a bucket was made", e);
    }
  }

  private static String signature(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(SECRET_KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
      return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Kills the server; what it held is gone. */
  @Override
  public void close() {
    process.close();
  }
}
