package io.gateau.pipeline.signals;

import io.gateau.pipeline.read.file.CheckedRename;
import io.gateau.pipeline.read.record.RecordColumns;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/**
 * Adds scored rows to the store from within a task, a Parquet file at a time: Spark's own writer
 * shows a task's rows only when the task has ended, which for long samples is too late.
 */
public final class SignalWriter {
  private static final MessageType SCHEMA =
      MessageTypeParser.parseMessageType(
          """
          message signals {
            required binary id (UTF8);
            optional binary source (UTF8);
            required binary status (UTF8);
            required int32 context_tokens;
            required int32 response_tokens;
            required int32 sequence_tokens;
            required int32 segments;
            required boolean truncated;
            optional double short_ppl;
            optional double long_ppl;
            optional group segment_ppl (LIST) { repeated group list { required double element; } }
            optional group segment_attention (LIST) { repeated group list { required double element; } }
            required binary short_key (UTF8);
            required binary long_key (UTF8);
          }
          """);

  private final Path folder;
  private final Configuration configuration;
  private final long intervalNanos;
  private final List<ScoredSample> waiting = new ArrayList<>();
  private long lastStored = System.nanoTime();

  /**
   * A writer for one task.
   *
   * @param folder the store's folder, qualified
   * @param configuration Hadoop's, with the file system of the folder
   * @param checkpointSeconds the least time between two files, in seconds; 0 stores at every call
   */
  public SignalWriter(String folder, Configuration configuration, int checkpointSeconds) {
    this.folder = new Path(folder);
    this.configuration = configuration;
    this.intervalNanos = checkpointSeconds * 1_000_000_000L;
  }

  /** Takes rows; stores all that wait once the interval since the last file has passed. */
  public void add(List<ScoredSample> samples) throws IOException {
    waiting.addAll(samples);
    if (System.nanoTime() - lastStored >= intervalNanos) {
      store();
    }
  }

  /** Stores the rows that wait. */
  public void store() throws IOException {
    lastStored = System.nanoTime();
    if (waiting.isEmpty()) {
      return;
    }
    String name = "scored-" + UUID.randomUUID() + ".parquet";
    // The underscore hides it from Spark, the ending from everyone else.
    Path unfinished = new Path(folder, "_" + name + ".unfinished");
    FileSystem fileSystem = folder.getFileSystem(configuration);
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(HadoopOutputFile.fromPath(unfinished, configuration))
            .withConf(configuration)
            .withType(SCHEMA)
            .withCompressionCodec(CompressionCodecName.ZSTD)
            .build()) {
      for (ScoredSample sample : waiting) {
        writer.write(group(sample));
      }
    }
    CheckedRename.rename(fileSystem, unfinished, new Path(folder, name));
    waiting.clear();
  }

  private static Group group(ScoredSample sample) {
    Group group = new SimpleGroup(SCHEMA);
    group.add(RecordColumns.ID, sample.id());
    sample.source().ifPresent(source -> group.add(RecordColumns.SOURCE, source));
    group.add(SignalColumns.STATUS, sample.status().code());
    group.add(SignalColumns.CONTEXT_TOKENS, sample.contextTokens());
    group.add(SignalColumns.RESPONSE_TOKENS, sample.responseTokens());
    group.add(SignalColumns.SEQUENCE_TOKENS, sample.sequenceTokens());
    group.add(SignalColumns.SEGMENTS, sample.segments());
    group.add(SignalColumns.TRUNCATED, sample.truncated());
    sample.shortPerplexity().ifPresent(value -> group.add(SignalColumns.SHORT_PPL, value));
    sample
        .longSignals()
        .ifPresent(
            signals -> {
              group.add(SignalColumns.LONG_PPL, signals.perplexity());
              list(group.addGroup(SignalColumns.SEGMENT_PPL), signals.segmentPerplexity());
              list(group.addGroup(SignalColumns.SEGMENT_ATTENTION), signals.segmentAttention());
            });
    group.add(SignalColumns.SHORT_KEY, sample.shortKey());
    group.add(SignalColumns.LONG_KEY, sample.longKey());
    return group;
  }

  private static void list(Group list, double[] values) {
    for (double value : values) {
      list.addGroup("list").add("element", value);
    }
  }
}
