package io.gateau.pipeline.selected;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.lit;

import io.gateau.pipeline.rank.Cut;
import io.gateau.pipeline.rank.ScoreColumns;
import io.gateau.pipeline.rank.strategy.Strategy;
import io.gateau.pipeline.read.record.ReadConfig;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.samples.OriginalRecords;
import io.gateau.pipeline.signals.SignalColumns;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/** The rows of the tables {@code scores} and {@code selected}. */
public final class SelectedRows {
  /** Selected rows of one file, where their texts are short. */
  private static final long ROWS_PER_FILE = 20_000;

  /** Characters of the selected texts of one file, which one task reads and writes. */
  private static final long CHARACTERS_PER_FILE = 1L << 28;

  private SelectedRows() {}

  /**
   * The ranked rows with the columns of {@code scores}: what the sample is, and everything that its
   * score is made of.
   */
  public static Dataset<Row> scores(Dataset<Row> ranked, Strategy strategy) {
    return ranked.select(columns(ranked, strategy).map(functions::col).toArray(Column[]::new));
  }

  /**
   * The selected rows with the columns of {@code scores} and their original records, in the order
   * of their ranks. A sort would fetch every record twice, since Spark samples what it sorts; so
   * ranks are divided evenly.
   *
   * @param config how the records were read, and where they are
   */
  public static Dataset<Row> of(
      Dataset<Row> ranked, Cut cut, Strategy strategy, ReadConfig config) {
    long parts = files(cut.selected(), cut.characters());
    Column part =
        col(ScoreColumns.RANK)
            .minus(lit(1))
            .multiply(lit(parts))
            .divide(lit(Math.max(1, cut.lastRank())));
    return OriginalRecords.fetch(
            ranked.sparkSession(), ranked.filter(col(ScoreColumns.SELECTED)), config)
        .repartitionById(Math.toIntExact(parts), floor(part).cast(DataTypes.IntegerType))
        .sortWithinPartitions(ScoreColumns.RANK)
        .select(
            Stream.concat(columns(ranked, strategy), Stream.of(RecordColumns.ORIGINAL))
                .map(functions::col)
                .toArray(Column[]::new));
  }

  /** How many files hold so many rows with so many characters. */
  static long files(long rows, long characters) {
    return Math.max(rows / ROWS_PER_FILE, characters / CHARACTERS_PER_FILE) + 1;
  }

  private static Stream<String> columns(Dataset<Row> ranked, Strategy strategy) {
    boolean leaders = Arrays.asList(ranked.columns()).contains(ScoreColumns.LEADER);
    return Stream.of(
            List.of(
                SignalColumns.ID,
                SignalColumns.SOURCE,
                SignalColumns.STATUS,
                SignalColumns.CONTEXT_TOKENS,
                SignalColumns.RESPONSE_TOKENS,
                SignalColumns.SEQUENCE_TOKENS,
                SignalColumns.TRUNCATED),
            ScoreColumns.of(strategy),
            leaders ? List.of(ScoreColumns.LEADER) : List.<String>of(),
            List.of(ScoreColumns.RANK, ScoreColumns.SELECTED))
        .flatMap(List::stream);
  }
}
