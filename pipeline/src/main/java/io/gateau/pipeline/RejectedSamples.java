package io.gateau.pipeline;

import static org.apache.spark.sql.functions.asc;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.gateau.pipeline.rank.ScoreColumns;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.read.record.RejectionReason;
import io.gateau.pipeline.signals.SignalColumns;
import io.gateau.score.SampleStatus;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Samples that cannot be ranked, and the table {@code rejected}: docs/method.md, "Scores". */
final class RejectedSamples {
  private RejectedSamples() {}

  /**
   * Adds why a sample with its signals and CAS is not ranked; null if it is. The codes of {@link
   * SampleStatus} are those of the {@link RejectionReason} of the same name.
   */
  static Dataset<Row> withReason(Dataset<Row> withSignals) {
    Column ok = col(SignalColumns.STATUS).equalTo(SampleStatus.OK.code());
    Column reason =
        when(col(SignalColumns.STATUS).isNull(), lit(RejectionReason.NOT_SCORED.code()))
            .when(ok.and(col(ScoreColumns.CAS).isNull()), lit(RejectionReason.NON_FINITE.code()))
            .when(ok, lit(null))
            .otherwise(col(SignalColumns.STATUS));
    return withSignals.withColumn(RecordColumns.REASON, reason);
  }

  /** Records that are no samples and samples that are not ranked, by file and place in it. */
  static Dataset<Row> table(Dataset<Row> records, Dataset<Row> withReason) {
    return rejectedRecords(records)
        .unionByName(unrankedSamples(withReason))
        .orderBy(asc(RecordColumns.FILE), asc(RecordColumns.RECORD))
        .drop(RecordColumns.RECORD);
  }

  private static Dataset<Row> rejectedRecords(Dataset<Row> records) {
    return records
        .filter(col(RecordColumns.REASON).isNotNull())
        .select(
            RecordColumns.FILE,
            RecordColumns.LINE,
            RecordColumns.RECORD,
            RecordColumns.ID,
            RecordColumns.SOURCE,
            RecordColumns.REASON,
            RecordColumns.DETAIL,
            RecordColumns.ORIGINAL);
  }

  private static Dataset<Row> unrankedSamples(Dataset<Row> withReason) {
    return withReason
        .filter(col(RecordColumns.REASON).isNotNull())
        .select(
            col(RecordColumns.FILE),
            col(RecordColumns.LINE),
            col(RecordColumns.RECORD),
            col(RecordColumns.ID),
            col(RecordColumns.SOURCE),
            col(RecordColumns.REASON),
            detail().as(RecordColumns.DETAIL),
            lit("").as(RecordColumns.ORIGINAL));
  }

  private static Column detail() {
    return when(
            is(RejectionReason.NOT_SCORED),
            lit("no signals are stored for this text; run gateau score on this input"))
        .when(
            is(RejectionReason.TOO_LONG),
            concat(
                lit("the sequence has "),
                text(SignalColumns.SEQUENCE_TOKENS),
                lit(" tokens, and instruction and response alone exceed max-tokens")))
        .when(
            is(RejectionReason.TOO_SHORT),
            concat(
                lit("the context has "),
                text(SignalColumns.SEGMENTS),
                lit(" segments; contextual awareness needs two")))
        .when(
            is(RejectionReason.EMPTY_RESPONSE),
            lit("the tokenizer makes no tokens of the response"))
        .when(
            is(RejectionReason.NO_EMBEDDING),
            lit(
                "the text holds the last token of the vocabulary, for which the models have no embedding (in Gemma 3 <image_soft_token>, which stands for an image); take it out of the text"))
        .when(
            is(RejectionReason.OUT_OF_MEMORY),
            concat(
                lit("the memory of the device does not hold the sequence of "),
                text(SignalColumns.SEQUENCE_TOKENS),
                lit(" tokens; score again with fewer max-tokens, bfloat16 or a larger device")))
        .otherwise(lit("a signal is not a finite number"));
  }

  private static Column is(RejectionReason reason) {
    return col(RecordColumns.REASON).equalTo(reason.code());
  }

  private static Column text(String number) {
    return coalesce(col(number), lit(0)).cast("string");
  }
}
