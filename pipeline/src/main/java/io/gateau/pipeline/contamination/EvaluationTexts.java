package io.gateau.pipeline.contamination;

import io.gateau.math.text.Shingles;
import io.gateau.pipeline.read.file.InputException;
import io.gateau.pipeline.read.file.InputFile;
import io.gateau.pipeline.read.file.InputFormat;
import io.gateau.pipeline.read.json.AllTexts;
import io.gateau.pipeline.read.record.RawRecord;
import io.gateau.pipeline.read.record.ReadConfig;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Reads evaluation sets. They need not be samples: every text in a record counts, whatever its
 * field is called. A file is read by one task, which gives the hashes of its runs of words.
 */
final class EvaluationTexts {
  private final SparkSession spark;
  private final ContaminationConfig config;

  EvaluationTexts(SparkSession spark, ContaminationConfig config) {
    this.spark = spark;
    this.config = config;
  }

  /**
   * The runs of words of all files.
   *
   * @throws InputException if there is no such file, one cannot be read or would be passed over, or
   *     no text has so many words
   */
  EvaluationNgrams read() {
    List<String> names = new ArrayList<>();
    List<JavaRDD<long[]>> hashes = new ArrayList<>();
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    for (InputFile file : EvaluationFiles.records(config.records(), hadoop)) {
      names.add(file.path());
      hashes.add(file.format() == InputFormat.PARQUET ? parquet(file) : json(file));
    }
    for (String given : config.lines()) {
      for (String path : EvaluationFiles.lines(given, hadoop)) {
        names.add(InputFile.display(new Path(path).toUri()));
        hashes.add(lines(path));
      }
    }
    EvaluationNgrams ngrams = new EvaluationNgrams(config.words(), names);
    for (int i = 0; i < names.size(); i++) {
      ngrams.add(i, collected(hashes.get(i)));
    }
    if (ngrams.size() == 0) {
      throw new InputException(
          "no text in %s has %d words, so nothing can be excluded; use a lower --exclude-words"
              .formatted(String.join(", ", config.exclude()), config.words()));
    }
    return ngrams;
  }

  /** A path as Spark reads it, which takes some characters for those of a glob. */
  private static String escaped(String path) {
    return path.replaceAll("([\\[\\]{}*?\\\\])", "\\\\$1");
  }

  private static long[] collected(JavaRDD<long[]> parts) {
    return Shingles.distinct(parts.collect().stream().flatMapToLong(Arrays::stream).toArray());
  }

  private JavaRDD<long[]> json(InputFile file) {
    SerializableConfiguration hadoop =
        new SerializableConfiguration(spark.sparkContext().hadoopConfiguration());
    int words = config.words();
    FlatMapFunction<InputFile, long[]> read =
        each -> List.of(ofFile(each, hadoop.value(), words)).iterator();
    return JavaSparkContext.fromSparkContext(spark.sparkContext())
        .parallelize(List.of(file), 1)
        .flatMap(read);
  }

  private static long[] ofFile(InputFile file, Configuration hadoop, int words) {
    NgramHashes hashes = new NgramHashes(words);
    try (AllTexts texts = new AllTexts(file, hadoop, ReadConfig.DEFAULT_MAX_LINE_BYTES)) {
      Optional<RawRecord> next = texts.next();
      while (next.isPresent()) {
        RawRecord record = next.get();
        hashes.addRecord(record.text(), "%s:%d".formatted(file.path(), record.line()));
        next = texts.next();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot read %s: %s".formatted(file.path(), e.getMessage()), e);
    }
    return hashes.distinct();
  }

  private JavaRDD<long[]> parquet(InputFile file) {
    String path = file.path();
    return perPartition(
        spark.read().parquet(escaped(file.hadoopPath().toString())).toJSON(),
        (hashes, row) -> hashes.addRecord(row, path));
  }

  private JavaRDD<long[]> lines(String path) {
    return perPartition(
        spark.read().textFile(escaped(path)), (hashes, line) -> hashes.addText(line));
  }

  private JavaRDD<long[]> perPartition(Dataset<String> rows, AddRow add) {
    int words = config.words();
    FlatMapFunction<Iterator<String>, long[]> read =
        part -> {
          NgramHashes hashes = new NgramHashes(words);
          part.forEachRemaining(row -> add.to(hashes, row));
          return List.of(hashes.distinct()).iterator();
        };
    return rows.javaRDD().mapPartitions(read);
  }

  /** Adds the texts of a row. */
  private interface AddRow extends Serializable {
    void to(NgramHashes hashes, String row);
  }
}
