package io.gateau.pipeline;

import io.gateau.math.Segments;
import io.gateau.model.Decoder;
import io.gateau.model.LoadedModel;
import io.gateau.model.ModelException;
import io.gateau.model.SampleScorer;
import io.gateau.model.SampleScorer.LongSignals;
import io.gateau.model.SampleStatus;
import io.gateau.model.TokenPieces;
import io.gateau.pipeline.read.RecordColumns;
import io.gateau.udf.TaskModels;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Scores the samples of a partition and stores each soon after it is finished. A half that an
 * earlier run has stored (the same short model, or the same long model) comes with the row and is
 * not computed again.
 */
final class ScoreTask implements ForeachPartitionFunction<Row> {
  /**
   * Columns of a row to score, beside those of the record, that hold signals already known; null if
   * not.
   */
  static final String KNOWN_SHORT_PPL = "known_" + Columns.SHORT_PPL;

  static final String KNOWN_LONG_PPL = "known_" + Columns.LONG_PPL;
  static final String KNOWN_SEGMENT_PPL = "known_" + Columns.SEGMENT_PPL;
  static final String KNOWN_SEGMENT_ATTENTION = "known_" + Columns.SEGMENT_ATTENTION;

  /** Characters of a sample: what progress is measured in before tokens are known. */
  static final String CHARACTERS = "characters";

  private final ScoreConfig config;
  private final Recipe.ModelRecipe longRecipe;
  private final Recipe.ModelRecipe shortRecipe;
  private final String folder;
  private final SerializableConfiguration configuration;
  private final Counters counters;

  ScoreTask(
      ScoreConfig config,
      Recipe recipe,
      String folder,
      SerializableConfiguration configuration,
      Counters counters) {
    this.config = config;
    this.shortRecipe = recipe.shortModel();
    this.longRecipe = recipe.longModel();
    this.folder = folder;
    this.configuration = configuration;
    this.counters = counters;
  }

  /** What tasks count for the driver. */
  record Counters(
      LongAccumulator rows,
      LongAccumulator characters,
      LongAccumulator sequences,
      LongAccumulator tokens)
      implements java.io.Serializable {}

  @Override
  public void call(Iterator<Row> rows) throws IOException {
    if (!rows.hasNext()) {
      return;
    }
    LoadedModel shortModel = TaskModels.get(config.shortModel());
    LoadedModel longModel = TaskModels.get(config.longModel());
    requireFingerprint(shortModel, shortRecipe);
    requireFingerprint(longModel, longRecipe);
    SignalWriter writer =
        new SignalWriter(folder, configuration.value(), config.checkpointSeconds());
    while (rows.hasNext()) {
      Row row = rows.next();
      writer.add(score(row));
      counters.rows().add(1);
      counters.characters().add(row.<Number>getAs(CHARACTERS).longValue());
    }
    writer.store();
  }

  private ScoredSample score(Row row) {
    LoadedModel model = TaskModels.get(config.longModel());
    TokenPieces whole =
        TokenPieces.of(
            model.tokenizer(),
            config.settings().template(),
            row.getAs(RecordColumns.CONTEXT),
            row.getAs(RecordColumns.INSTRUCTION),
            row.getAs(RecordColumns.RESPONSE));
    SampleStatus status = SampleStatus.before(whole, config.settings());
    TokenPieces pieces =
        status == SampleStatus.TOO_LONG ? whole : whole.fittedTo(config.settings().maxTokens());
    OptionalDouble shortPerplexity = OptionalDouble.empty();
    Optional<LongSignals> longSignals = Optional.empty();
    if (status == SampleStatus.OK) {
      double known = shortPerplexity(row, pieces);
      LongSignals signals = longSignals(row, pieces);
      shortPerplexity = OptionalDouble.of(known);
      longSignals = Optional.of(signals);
      if (!Double.isFinite(known) || !signals.isFinite()) {
        status = SampleStatus.NON_FINITE;
      }
    }
    return new ScoredSample(
        row.getAs(RecordColumns.ID),
        Optional.ofNullable(row.getAs(RecordColumns.SOURCE)),
        status,
        pieces.context().length,
        pieces.response().length,
        pieces.total(),
        Segments.count(pieces.context().length, config.settings().segmentTokens()),
        pieces.truncated(),
        shortPerplexity,
        longSignals,
        row.getAs(Columns.SHORT_KEY),
        row.getAs(Columns.LONG_KEY));
  }

  private double shortPerplexity(Row row, TokenPieces pieces) {
    Double known = row.getAs(KNOWN_SHORT_PPL);
    if (known != null) {
      return known;
    }
    Decoder decoder = TaskModels.decoder(config.shortModel());
    double perplexity = new SampleScorer(config.settings()).perplexity(decoder, pieces);
    count(decoder);
    return perplexity;
  }

  private LongSignals longSignals(Row row, TokenPieces pieces) {
    Double known = row.getAs(KNOWN_LONG_PPL);
    if (known != null) {
      return new LongSignals(
          known, doubles(row, KNOWN_SEGMENT_PPL), doubles(row, KNOWN_SEGMENT_ATTENTION));
    }
    Decoder decoder = TaskModels.decoder(config.longModel());
    LongSignals signals = new SampleScorer(config.settings()).longSignals(decoder, pieces);
    count(decoder);
    return signals;
  }

  private void count(Decoder decoder) {
    counters.sequences().add(decoder.inferenceCount().sequences());
    counters.tokens().add(decoder.inferenceCount().tokens());
  }

  private static double[] doubles(Row row, String column) {
    return CollectionConverters.asJava(row.<scala.collection.Seq<Double>>getAs(column)).stream()
        .mapToDouble(Double::doubleValue)
        .toArray();
  }

  /** The same directory may hold another model on another machine. */
  private static void requireFingerprint(LoadedModel model, Recipe.ModelRecipe recipe) {
    String found = model.fingerprint();
    if (!found.equals(recipe.fingerprint())) {
      throw new ModelException(
          model.checkpoint().directory()
              + " holds another model on this machine than on the driver's: fingerprint "
              + found
              + " instead of "
              + recipe.fingerprint()
              + "; copy the same files to every machine, and restart Spark if they have changed");
    }
  }
}
