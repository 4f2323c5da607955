package io.gateau.pipeline;

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
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
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
    SampleScorer shortScorer =
        new SampleScorer(config.settings(), TaskModels.memory(config.shortModel()));
    SampleScorer longScorer =
        new SampleScorer(config.settings(), TaskModels.memory(config.longModel()));
    Decoder longDecoder = TaskModels.decoder(config.longModel());
    while (rows.hasNext()) {
      List<Work> together = together(rows, longScorer.batchTokens(longDecoder));
      shortPerplexities(shortScorer, together);
      longSignals(longScorer, together);
      writer.add(together.stream().map(Work::scored).toList());
      for (Work work : together) {
        counters.rows().add(1);
        counters.characters().add(work.row.<Number>getAs(CHARACTERS).longValue());
      }
    }
    writer.store();
  }

  /**
   * The next rows: enough for their texts to fill a batch of either model, and with streamed layers
   * for all that the long model reads to fill a micro-batch.
   */
  private List<Work> together(Iterator<Row> rows, int batchTokens) {
    int streamTokens = config.longModel().placement().streamTokens();
    List<Work> together = new ArrayList<>();
    long texts = 0;
    long read = 0;
    do {
      Work work = new Work(rows.next());
      together.add(work);
      texts += work.pieces.total();
      read += work.tokens();
    } while (rows.hasNext() && (texts < batchTokens || read < streamTokens));
    return together;
  }

  /** A row on its way to its signals. */
  private final class Work {
    private final Row row;
    private final TokenPieces pieces;
    private SampleStatus status;
    private OptionalDouble shortPerplexity = OptionalDouble.empty();
    private Optional<LongSignals> longSignals = Optional.empty();

    Work(Row row) {
      this.row = row;
      LoadedModel model = TaskModels.get(config.longModel());
      TokenPieces whole =
          TokenPieces.of(
              model.tokenizer(),
              config.settings().template(),
              row.getAs(RecordColumns.CONTEXT),
              row.getAs(RecordColumns.INSTRUCTION),
              row.getAs(RecordColumns.RESPONSE));
      status =
          SampleStatus.before(
              whole, config.settings(), model.checkpoint().config().vocabularySize());
      pieces =
          status == SampleStatus.TOO_LONG ? whole : whole.fittedTo(config.settings().maxTokens());
      if (status == SampleStatus.OK) {
        known();
      }
    }

    /** What earlier runs have stored. */
    private void known() {
      Double perplexity = row.getAs(KNOWN_SHORT_PPL);
      if (perplexity != null) {
        shortPerplexity = OptionalDouble.of(perplexity);
      }
      Double known = row.getAs(KNOWN_LONG_PPL);
      if (known != null) {
        longSignals =
            Optional.of(
                new LongSignals(
                    known, doubles(row, KNOWN_SEGMENT_PPL), doubles(row, KNOWN_SEGMENT_ATTENTION)));
      }
    }

    /**
     * Tokens that the long model reads; those of the text alone if it has read them, or will not.
     */
    long tokens() {
      if (status != SampleStatus.OK || longSignals.isPresent()) {
        return pieces.total();
      }
      int beside = pieces.total() - pieces.context().length;
      return pieces.total()
          + config
              .settings()
              .segments(pieces.context().length)
              .mapToLong(segment -> segment.length() + beside)
              .sum();
    }

    ScoredSample scored() {
      if (status == SampleStatus.OK
          && (!Double.isFinite(shortPerplexity.orElseThrow())
              || !longSignals.orElseThrow().isFinite())) {
        status = SampleStatus.NON_FINITE;
      }
      return new ScoredSample(
          row.getAs(RecordColumns.ID),
          Optional.ofNullable(row.getAs(RecordColumns.SOURCE)),
          status,
          pieces.context().length,
          pieces.response().length,
          pieces.total(),
          (int) config.settings().segments(pieces.context().length).count(),
          pieces.truncated(),
          shortPerplexity,
          longSignals,
          row.getAs(Columns.SHORT_KEY),
          row.getAs(Columns.LONG_KEY));
    }
  }

  private void shortPerplexities(SampleScorer scorer, List<Work> together) {
    List<Work> open =
        together.stream()
            .filter(work -> work.status == SampleStatus.OK && work.shortPerplexity.isEmpty())
            .toList();
    if (open.isEmpty()) {
      return;
    }
    Decoder decoder = TaskModels.decoder(config.shortModel());
    List<Optional<Double>> answers = scorer.perplexities(decoder, pieces(open));
    for (int i = 0; i < open.size(); i++) {
      Work work = open.get(i);
      answers
          .get(i)
          .ifPresentOrElse(
              value -> work.shortPerplexity = OptionalDouble.of(value),
              () -> work.status = SampleStatus.OUT_OF_MEMORY);
    }
    count(decoder);
  }

  private void longSignals(SampleScorer scorer, List<Work> together) {
    List<Work> open =
        together.stream()
            .filter(work -> work.status == SampleStatus.OK && work.longSignals.isEmpty())
            .toList();
    if (open.isEmpty()) {
      return;
    }
    Decoder decoder = TaskModels.decoder(config.longModel());
    List<Optional<LongSignals>> answers = scorer.longSignals(decoder, pieces(open));
    for (int i = 0; i < open.size(); i++) {
      Work work = open.get(i);
      work.longSignals = answers.get(i);
      if (work.longSignals.isEmpty()) {
        work.status = SampleStatus.OUT_OF_MEMORY;
      }
    }
    count(decoder);
  }

  private static List<TokenPieces> pieces(List<Work> works) {
    return works.stream().map(work -> work.pieces).toList();
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
