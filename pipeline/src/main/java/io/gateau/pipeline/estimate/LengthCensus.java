package io.gateau.pipeline.estimate;

import io.gateau.model.Work;
import io.gateau.pipeline.plan.LengthTotals;
import io.gateau.pipeline.read.record.RecordColumns;
import io.gateau.pipeline.signals.PendingSamples;
import io.gateau.score.ModelSignal;
import io.gateau.score.SampleLengths;
import io.gateau.score.ScoringConfig;
import io.gateau.score.cost.SampleCost;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;

/**
 * The tokenized samples together.
 *
 * @param rows how many there are
 * @param cut those whose contexts lose their beginning
 * @param totals of their lengths
 * @param passes what each pass costs
 * @param statuses why some cannot be scored, and how many
 */
record LengthCensus(
    long rows,
    long cut,
    LengthTotals totals,
    Map<ModelPass, PassCost> passes,
    Map<String, Long> statuses)
    implements Serializable {
  static final LengthCensus NONE = new LengthCensus(0, 0, LengthTotals.NONE, Map.of(), Map.of());

  LengthCensus plus(LengthCensus other) {
    Map<ModelPass, PassCost> both = new HashMap<>(passes);
    other.passes.forEach((pass, cost) -> both.merge(pass, cost, PassCost::plus));
    Map<String, Long> all = new HashMap<>(statuses);
    other.statuses.forEach((status, count) -> all.merge(status, count, Long::sum));
    return new LengthCensus(
        rows + other.rows, cut + other.cut, totals.plus(other.totals), both, all);
  }

  /** One census of each partition of tokenized rows. */
  static FlatMapFunction<Iterator<Row>, LengthCensus> task(
      List<ModelSignal> signals, SampleCost cost, ScoringConfig scoring) {
    List<ModelSignal> all = List.copyOf(signals);
    return rows -> {
      LengthCensus census = NONE;
      while (rows.hasNext()) {
        census = census.plus(of(rows.next(), all, cost, scoring));
      }
      return List.of(census).iterator();
    };
  }

  private static LengthCensus of(
      Row row, List<ModelSignal> signals, SampleCost cost, ScoringConfig scoring) {
    SampleLengths lengths =
        new SampleLengths(
            row.<Integer>getAs(LengthColumns.START),
            row.<Integer>getAs(LengthColumns.CONTEXT),
            row.<Integer>getAs(LengthColumns.AROUND),
            row.<Integer>getAs(LengthColumns.RESPONSE));
    boolean cut = row.<Boolean>getAs(LengthColumns.CUT);
    String status = row.getAs(LengthColumns.STATUS);
    List<ModelSignal> needed =
        PendingSamples.missing(row.<Long>getAs(PendingSamples.STORED), signals);
    Map<ModelPass, PassCost> passes = new HashMap<>();
    List<ModelPass> wanted = ModelPass.of(needed);
    for (ModelPass pass : wanted) {
      ModelPass read = new ModelPass(pass.role(), pass.pass().read(lengths, scoring));
      if (!read.equals(pass) && wanted.contains(read)) {
        continue;
      }
      Work work = cost.of(lengths, pass.signals(needed));
      passes.put(pass, new PassCost(pass.pass().lengths(lengths, scoring).count(), work));
    }
    return new LengthCensus(
        1,
        cut && status == null ? 1 : 0,
        status == null
            ? LengthTotals.of(row.<Long>getAs(RecordColumns.CHARACTERS), lengths, cut)
            : LengthTotals.NONE,
        passes,
        status == null ? Map.of() : Map.of(status, 1L));
  }
}
