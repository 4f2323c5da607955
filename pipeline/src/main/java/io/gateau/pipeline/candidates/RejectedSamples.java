package io.gateau.pipeline.candidates;

import static org.apache.spark.sql.functions.asc;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.gateau.pipeline.rank.RawTerms;
import io.gateau.pipeline.rank.ScoreColumns;
import io.gateau.pipeline.rank.strategy.RankConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.read.record.RejectionReason;
import io.gateau.pipeline.samples.SampleColumns;
import io.gateau.pipeline.signals.SignalColumns;
import io.gateau.pipeline.signals.SignalStore;
import io.gateau.pipeline.signals.WantedSignals;
import io.gateau.score.ModelSignal;
import io.gateau.score.SampleStatus;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * The records of a folder as a selection sees them, each with the terms that it is ranked by or
 * with the reason for which it is not: docs/method.md, "Scores".
 */
public final class RejectedSamples {
  private static final long ROWS_OF_ONE_TASK = 100_000;

  private static final String FOUND_ID = "found_id";
  private static final String FOUND_DETAIL = "found_detail";

  private RejectedSamples() {}

  /**
   * All records, one narrow row each: the columns of {@link SampleColumns}, the lengths of {@link
   * SignalColumns}, the status, and the raw terms of the strategy. {@link RecordColumns#REASON} is
   * null in the rows that can be ranked. The codes of {@link SampleStatus} are those of the {@link
   * RejectionReason} of the same name.
   *
   * @param samples the narrow table
   * @param needed the signals of the strategy
   */
  public static Dataset<Row> withReason(
      Dataset<Row> samples, SignalStore store, WantedSignals needed, RankConfig rank) {
    Dataset<Row> good = samples.filter(col(RecordColumns.REASON).isNull());
    Dataset<Row> joined = RawTerms.with(store.join(good, needed), rank);
    Set<String> signals = new HashSet<>();
    for (ModelSignal signal : needed.signals()) {
      signal.signal().columns().forEach(column -> signals.add(signal.column(column.name())));
    }
    Column[] narrow =
        Arrays.stream(joined.columns())
            .filter(name -> !signals.contains(name))
            .filter(name -> !name.equals(RecordColumns.REASON))
            .filter(name -> !name.equals(RecordColumns.DETAIL))
            .map(functions::col)
            .toArray(Column[]::new);
    return joined
        .select(narrow)
        .withColumn(RecordColumns.REASON, col(ScoreColumns.EXCLUSION))
        .withColumn(RecordColumns.DETAIL, detail())
        .unionByName(samples.filter(col(RecordColumns.REASON).isNotNull()), true);
  }

  /**
   * Gives more rows a reason.
   *
   * @param rows of {@link #withReason}
   * @param found id and detail of rows without a reason, each once
   */
  static Dataset<Row> reject(Dataset<Row> rows, Dataset<Row> found, RejectionReason reason) {
    Column isFound = col(FOUND_ID).isNotNull();
    return rows.join(
            found.select(
                col(RecordColumns.ID).as(FOUND_ID), col(RecordColumns.DETAIL).as(FOUND_DETAIL)),
            col(RecordColumns.ID).equalTo(col(FOUND_ID)).and(col(RecordColumns.REASON).isNull()),
            "left_outer")
        .withColumn(
            RecordColumns.DETAIL,
            when(isFound, col(FOUND_DETAIL)).otherwise(col(RecordColumns.DETAIL)))
        .withColumn(
            RecordColumns.REASON,
            when(isFound, lit(reason.code())).otherwise(col(RecordColumns.REASON)))
        .drop(FOUND_ID, FOUND_DETAIL);
  }

  /** Reason to number of rows, in one job; the empty text stands for none. */
  public static Map<String, Long> sizes(Dataset<Row> rows) {
    FlatMapFunction<Iterator<Row>, HashMap<String, Long>> ofPartition =
        partition -> {
          HashMap<String, Long> sizes = new HashMap<>();
          partition.forEachRemaining(
              row -> sizes.merge(row.isNullAt(0) ? "" : row.getString(0), 1L, Long::sum));
          return List.of(sizes).iterator();
        };
    Map<String, Long> sizes = new TreeMap<>();
    rows.select(RecordColumns.REASON)
        .javaRDD()
        .mapPartitions(ofPartition)
        .collect()
        .forEach(part -> part.forEach((reason, size) -> sizes.merge(reason, size, Long::sum)));
    return sizes;
  }

  /**
   * Records that are no samples and samples that are not ranked, by file and place in it.
   *
   * @param count how many there are; few are sorted by one task, without a shuffle
   */
  public static Dataset<Row> table(Dataset<Row> rows, long count) {
    Column[] place = {asc(RecordColumns.FILE), asc(RecordColumns.RECORD)};
    Dataset<Row> rejected = rows.filter(col(RecordColumns.REASON).isNotNull());
    return (count <= ROWS_OF_ONE_TASK
            ? rejected.coalesce(1).sortWithinPartitions(place)
            : rejected.orderBy(place))
        .select(
            RecordColumns.FILE,
            RecordColumns.LINE,
            RecordColumns.ID,
            RecordColumns.SOURCE,
            RecordColumns.REASON,
            RecordColumns.DETAIL,
            RecordColumns.ORIGINAL);
  }

  private static Column detail() {
    return when(col(ScoreColumns.EXCLUSION).isNull(), lit(null))
        .when(col(ScoreColumns.EXCLUSION_DETAIL).isNotNull(), col(ScoreColumns.EXCLUSION_DETAIL))
        .when(
            is(RejectionReason.NOT_SCORED),
            lit("no signals are stored for this text; run gateau score on this input"))
        .when(
            is(RejectionReason.TOO_LONG),
            concat(
                lit("instruction and response alone make a sequence of at least "),
                text(SignalColumns.SEQUENCE_TOKENS),
                lit(" tokens, and max-tokens leaves no room for context")))
        .when(
            is(RejectionReason.TOO_SHORT),
            concat(
                lit("the context has "),
                text(SignalColumns.CONTEXT_TOKENS),
                lit(" tokens and the response "),
                text(SignalColumns.RESPONSE_TOKENS),
                lit(", too few for the strategy; contextual awareness needs two segments")))
        .when(
            is(RejectionReason.EMPTY_RESPONSE),
            lit("the tokenizer makes no tokens of the response"))
        .when(
            is(RejectionReason.NO_EMBEDDING),
            lit(
                "the text holds the last token of the vocabulary, for which the models have no embedding (in Gemma 3 <image_soft_token>, which stands for an image); take it out of the text, or read it as text with special-tokens: text"))
        .when(
            is(RejectionReason.OUT_OF_MEMORY),
            concat(
                lit("the memory of the device does not hold the sequence of "),
                text(SignalColumns.SEQUENCE_TOKENS),
                lit(" tokens; score again with fewer max-tokens, bfloat16 or a larger device")))
        .when(
            is(RejectionReason.FAILED),
            concat(
                col(SignalColumns.ERROR), lit("; the next gateau score tries this sample again")))
        .when(
            is(RejectionReason.CRASHED),
            lit(
                "the process ended while it scored this sample alone, and again when it was tried again; gateau score --retry crashed tries once more"))
        .when(
            is(RejectionReason.TIMED_OUT),
            lit(
                "the sample took longer than sample-seconds; score again with --retry crashed and a larger --sample-seconds"))
        .otherwise(lit("a signal is not a finite number"));
  }

  private static Column is(RejectionReason reason) {
    return col(ScoreColumns.EXCLUSION).equalTo(reason.code());
  }

  private static Column text(String number) {
    return coalesce(col(number), lit(0)).cast("string");
  }
}
