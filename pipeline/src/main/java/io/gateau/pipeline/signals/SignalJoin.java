package io.gateau.pipeline.signals;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.when;

import io.gateau.score.ModelSignal;
import io.gateau.score.SampleStatus;
import io.gateau.score.SignalColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Samples with the signals that a strategy needs, one row per sample. Beside the columns of the
 * samples there are the token counts, {@code truncated} and {@code error} of {@link SignalColumns},
 * the numbers of every signal under {@link ModelSignal#column}, and {@link SignalColumns#STATUS}:
 * null if a signal is not stored, the first status that is not ok if there is one, and ok
 * otherwise.
 */
final class SignalJoin {
  private static final List<String> SHARED =
      List.of(
          SignalColumns.CONTEXT_TOKENS,
          SignalColumns.RESPONSE_TOKENS,
          SignalColumns.SEQUENCE_TOKENS,
          SignalColumns.TRUNCATED,
          SignalColumns.ERROR);

  private SignalJoin() {}

  /**
   * Joins by content key; samples, their order apart, stay as they are. The tables are brought
   * together before they are joined, so that it costs two shuffles however many signals there are.
   *
   * @param table gives the stored rows of a signal, with the shared columns and {@link
   *     WantedSignals#columns}
   * @param partitions that the tables are divided into, if these are more than Spark would make
   */
  static Dataset<Row> join(
      Dataset<Row> samples,
      WantedSignals wanted,
      Function<ModelSignal, Dataset<Row>> table,
      long partitions) {
    List<ModelSignal> signals = wanted.signals();
    Dataset<Row> joined =
        samples.join(
            byContent(wanted, table, partitions),
            CollectionConverters.asScala(List.of(SignalColumns.CONTENT_KEY)).toSeq(),
            "left");
    List<Column> columns = new ArrayList<>();
    for (String name : samples.columns()) {
      columns.add(col(name));
    }
    for (String shared : SHARED) {
      columns.add(
          coalesce(
                  signals.stream()
                      .map(signal -> quoted(signal).getField(shared))
                      .toArray(Column[]::new))
              .as(shared));
    }
    columns.add(status(signals).as(SignalColumns.STATUS));
    for (ModelSignal signal : signals) {
      for (SignalColumn column : wanted.columns(signal)) {
        columns.add(quoted(signal).getField(column.name()).as(signal.column(column.name())));
      }
    }
    return joined.select(columns.toArray(new Column[0]));
  }

  /** One row per content key, with a column for each signal that holds one of its stored rows. */
  private static Dataset<Row> byContent(
      WantedSignals wanted, Function<ModelSignal, Dataset<Row>> table, long partitions) {
    List<ModelSignal> signals = wanted.signals();
    Dataset<Row> all = null;
    for (ModelSignal signal : signals) {
      List<String> columns =
          Stream.of(
                  List.of(SignalColumns.STATUS),
                  SHARED,
                  wanted.columns(signal).stream().map(SignalColumn::name).toList())
              .flatMap(List::stream)
              .toList();
      Dataset<Row> rows =
          table
              .apply(signal)
              .select(
                  col(SignalColumns.CONTENT_KEY), SignalTable.ordered(columns).as(signal.name()));
      all = all == null ? rows : all.unionByName(rows, /* allowMissingColumns= */ true);
    }
    List<Column> best =
        signals.stream().map(signal -> min(quoted(signal)).as(signal.name())).toList();
    long usual = Long.parseLong(all.sparkSession().conf().get("spark.sql.shuffle.partitions"));
    if (partitions > usual) {
      all = all.repartition(Math.toIntExact(partitions), col(SignalColumns.CONTENT_KEY));
    }
    return all.groupBy(SignalColumns.CONTENT_KEY)
        .agg(best.get(0), best.subList(1, best.size()).toArray(new Column[0]));
  }

  private static Column status(List<ModelSignal> signals) {
    Column notStored = lit(false);
    Column status = lit(SampleStatus.OK.code());
    for (int i = signals.size() - 1; i >= 0; i--) {
      Column own = quoted(signals.get(i)).getField(SignalColumns.STATUS);
      notStored = notStored.or(own.isNull());
      status = when(own.notEqual(SampleStatus.OK.code()), own).otherwise(status);
    }
    return when(notStored, lit(null)).otherwise(status);
  }

  private static Column quoted(ModelSignal signal) {
    return col("`%s`".formatted(signal.name()));
  }
}
