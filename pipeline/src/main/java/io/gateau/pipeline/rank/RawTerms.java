package io.gateau.pipeline.rank;

import static org.apache.spark.sql.functions.udf;

import io.gateau.pipeline.rank.strategy.RankConfig;
import io.gateau.pipeline.rank.strategy.SignalInput;
import io.gateau.pipeline.rank.strategy.Strategies;
import io.gateau.pipeline.rank.strategy.Strategy;
import io.gateau.pipeline.read.record.RejectionReason;
import io.gateau.pipeline.signals.SignalColumns;
import io.gateau.score.SampleStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.StructType;

/**
 * Adds what a strategy computes from one row's signals alone, and why a row is left out of the
 * ranking. Signals may be long arrays and the raw terms are a few numbers, so a data set that is
 * read more than once is best cached after this step, without its signals.
 */
public final class RawTerms {
  private RawTerms() {}

  /**
   * Adds the columns {@link Strategy#rawTerms}, {@link ScoreColumns#EXCLUSION} and {@link
   * ScoreColumns#EXCLUSION_DETAIL}. A raw term that is not finite is null. Rows that have these
   * columns already stay as they are.
   *
   * @param samples with the id, the columns of {@link Strategy#inputs} and, if it has one, the
   *     status: rows with another one than ok are left out
   * @throws IllegalArgumentException if a column is missing or has another type
   */
  public static Dataset<Row> with(Dataset<Row> samples, RankConfig config) {
    Strategy strategy = Strategies.of(config.strategy());
    if (RankSchema.hasRawTerms(samples.schema(), strategy)) {
      return samples;
    }
    RankSchema.requireInputs(samples.schema(), strategy);
    StructType added = RankSchema.rawTerms(strategy);
    List<String> read = columnsToRead(samples.schema(), strategy);
    Column both =
        udf(new OfRow(config, RankSchema.has(samples.schema(), SignalColumns.STATUS)), added)
            .apply(RankSchema.struct(read));
    return RankSchema.withFields(samples, both, List.of(added.fieldNames()));
  }

  /** Id and status, and what the strategy reads of the signals. */
  private static List<String> columnsToRead(StructType schema, Strategy strategy) {
    List<String> columns = new ArrayList<>(List.of(SignalColumns.ID));
    if (RankSchema.has(schema, SignalColumns.STATUS)) {
      columns.add(SignalColumns.STATUS);
    }
    strategy.inputs().forEach(input -> columns.add(input.column()));
    return columns;
  }

  /** Why a row is left out. */
  private record Exclusion(String reason, String detail) {}

  /** Raw terms and exclusion of one row. */
  private static final class OfRow implements UDF1<Row, Row> {
    private static final long serialVersionUID = 1;

    private final RankConfig config;
    private final boolean withStatus;
    private final List<String> inputs;

    OfRow(RankConfig config, boolean withStatus) {
      this.config = config;
      this.withStatus = withStatus;
      this.inputs =
          Strategies.of(config.strategy()).inputs().stream().map(SignalInput::column).toList();
    }

    @Override
    public Row call(Row row) {
      Strategy strategy = Strategies.of(config.strategy());
      Object[] values = new Object[strategy.rawTerms().size() + 2];
      Optional<Exclusion> exclusion = withoutSignals(row);
      if (exclusion.isEmpty()) {
        exclusion = fill(values, new RowSignals(row), strategy);
      }
      values[values.length - 2] = exclusion.map(Exclusion::reason).orElse(null);
      values[values.length - 1] = exclusion.map(Exclusion::detail).orElse(null);
      return RowFactory.create(values);
    }

    /** Sets the raw terms and returns why they are not ranked. */
    private Optional<Exclusion> fill(Object[] values, RowSignals signals, Strategy strategy) {
      double[] raw;
      try {
        raw = strategy.raw(signals, config);
      } catch (IllegalArgumentException e) {
        return Optional.of(new Exclusion(RejectionReason.EXCLUDED.code(), e.getMessage()));
      }
      for (int i = 0; i < raw.length; i++) {
        values[i] = Double.isFinite(raw[i]) ? raw[i] : null;
      }
      return of(raw, strategy);
    }

    private Optional<Exclusion> withoutSignals(Row row) {
      if (withStatus) {
        String status = row.getAs(SignalColumns.STATUS);
        if (status == null) {
          return Optional.of(new Exclusion(RejectionReason.NOT_SCORED.code(), null));
        }
        if (!status.equals(SampleStatus.OK.code())) {
          return Optional.of(new Exclusion(status, null));
        }
      }
      for (String input : inputs) {
        if (row.isNullAt(row.fieldIndex(input))) {
          return Optional.of(
              new Exclusion(RejectionReason.NOT_SCORED.code(), "%s has no value".formatted(input)));
        }
      }
      return Optional.empty();
    }

    private static Optional<Exclusion> of(double[] raw, Strategy strategy) {
      for (int i = 0; i < raw.length; i++) {
        if (!Double.isFinite(raw[i])) {
          return Optional.of(
              new Exclusion(
                  RejectionReason.NON_FINITE.code(),
                  "%s is %s".formatted(strategy.rawTerms().get(i), raw[i])));
        }
      }
      return strategy
          .exclusion(raw)
          .map(detail -> new Exclusion(RejectionReason.EXCLUDED.code(), detail));
    }
  }
}
