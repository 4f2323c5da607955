package io.gateau.pipeline.read.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.gateau.pipeline.testing.BreakingFileSystem;
import io.gateau.pipeline.testing.SparkTestSession;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QualifiedPathTest {
  private static final SparkSession SPARK = SparkTestSession.spark();
  private static final String DEFAULT_FILE_SYSTEM = "fs.defaultFS";

  @TempDir Path folder;

  @AfterEach
  void forgetsTheDefault() {
    SPARK.conf().unset(DEFAULT_FILE_SYSTEM);
  }

  @Test
  void aRelativePathStartsFromTheWorkingDirectory() throws IOException {
    String here = Path.of("").toAbsolutePath().toString();

    assertEquals("file:" + here + "/out/first", of("out/first"));
    assertEquals("file:" + here + "/data/*.jsonl", of("data/*.jsonl"));
    assertEquals("file:/data/out", of("/data/out"));
    assertEquals("file:/data/out", of("file:///data/out"));
    assertEquals(here + "/out", QualifiedPath.text(SPARK, "out"));
  }

  @Test
  void anotherDefaultFileSystemIsNamed() throws IOException {
    BreakingFileSystem.register(SPARK);
    SPARK.conf().set(DEFAULT_FILE_SYSTEM, "breaking:///");

    assertEquals("breaking:/data/out", of("/data/out"));
    assertEquals("breaking:/data/out", QualifiedPath.text(SPARK, "/data/out"));
    assertEquals("file:/data/out", QualifiedPath.text(SPARK, "file:/data/out"));
  }

  private static String of(String path) throws IOException {
    return QualifiedPath.of(SPARK, path).toString();
  }
}
