package io.gateau.pipeline.estimate;

import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Tokenizer;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.samples.SampleColumns;
import io.gateau.score.ModelSignal;
import io.gateau.score.SampleLengths;
import io.gateau.score.SampleStatus;
import io.gateau.score.ScoringConfig;
import io.gateau.score.TokenizedSample;
import io.gateau.udf.FetchedModels;
import java.io.Serial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/** Tokenizes records, or some of them, and keeps their lengths in place of their texts. */
final class TokenizeTask implements MapPartitionsFunction<Row, Row> {
  @Serial private static final long serialVersionUID = 1;

  private static final int BUCKETS = 1 << 20;

  private final ModelSpec model;
  private final int vocabularySize;
  private final ScoringConfig scoring;
  private final List<ModelSignal> signals;
  private final double share;
  private final SerializableConfiguration hadoop;

  /**
   * A task for every partition of records.
   *
   * @param model with the tokenizer, which may be a URL
   * @param vocabularySize how many tokens the model of the tokenizer has embeddings for
   * @param signals in the order of the bits of {@code stored}
   * @param share of the records that are tokenized, by their texts; in (0, 1]
   */
  TokenizeTask(
      ModelSpec model,
      int vocabularySize,
      ScoringConfig scoring,
      List<ModelSignal> signals,
      double share,
      SerializableConfiguration hadoop) {
    this.model = model;
    this.vocabularySize = vocabularySize;
    this.scoring = scoring;
    this.signals = List.copyOf(signals);
    this.share = share;
    this.hadoop = hadoop;
  }

  /** The same for every record. */
  TokenizeTask withAll() {
    return new TokenizeTask(model, vocabularySize, scoring, signals, 1, hadoop);
  }

  @Override
  public Iterator<Row> call(Iterator<Row> records) {
    Tokenizer tokenizer = Tokenizer.open(FetchedModels.local(model, hadoop.value()).directory());
    TaskCompletionListener close = context -> tokenizer.close();
    TaskContext.get().addTaskCompletionListener(close);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return records.hasNext();
      }

      @Override
      public Row next() {
        return lengths(records.next(), tokenizer);
      }
    };
  }

  private Row lengths(Row record, Tokenizer tokenizer) {
    List<Object> values = new ArrayList<>();
    boolean good = record.getAs(RecordColumns.REASON) == null;
    for (String column : SampleColumns.NAMES) {
      boolean empty = good && column.equals(RecordColumns.ORIGINAL);
      values.add(empty ? "" : record.getAs(column));
    }
    if (!good || !isTaken(record.getAs(RecordColumns.CONTENT_KEY))) {
      return row(values, 0L, null, null, null, null, null, null);
    }
    TokenizedSample sample;
    try {
      sample =
          TokenizedSample.of(
              tokenizer,
              scoring,
              record.getAs(RecordColumns.CONTEXT),
              record.getAs(RecordColumns.INSTRUCTION),
              record.getAs(RecordColumns.RESPONSE));
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      return row(values, none(), 0, 0, 0, 0, false, SampleStatus.FAILED.code());
    }
    SampleStatus status = SampleStatus.before(sample, scoring, vocabularySize);
    SampleLengths lengths = sample.lengths();
    return row(
        values,
        status == SampleStatus.OK ? undefined(sample) : none(),
        lengths.start(),
        lengths.context(),
        lengths.around(),
        lengths.response(),
        sample.truncated(),
        status == SampleStatus.OK ? null : status.code());
  }

  /** All signals are undefined. */
  private long none() {
    return (1L << signals.size()) - 1;
  }

  private long undefined(TokenizedSample sample) {
    long bits = 0;
    for (int i = 0; i < signals.size(); i++) {
      if (signals.get(i).signal().before(sample, scoring) != SampleStatus.OK) {
        bits |= 1L << i;
      }
    }
    return bits;
  }

  /** The same records whatever the partitions are. */
  private boolean isTaken(String contentKey) {
    return share >= 1 || Math.floorMod(contentKey.hashCode(), BUCKETS) < share * BUCKETS;
  }

  private static Row row(List<Object> values, Object... more) {
    List<Object> all = new ArrayList<>(values);
    all.addAll(Arrays.asList(more));
    return RowFactory.create(all.toArray());
  }
}
