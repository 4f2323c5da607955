package io.gateau.udf;

import io.gateau.model.LoadedModel;
import io.gateau.model.checkpoint.Tokenizer;
import io.gateau.score.SampleScorer;
import io.gateau.score.SampleStatus;
import io.gateau.score.ScoringConfig;
import io.gateau.score.TokenizedSample;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * What the SQL functions compute, one row at a time: (model directory, context, instruction,
 * response, options). The result is null if an argument is null, and if the sample has no such
 * value: it does not fit into max-tokens or the device's memory, has no response or no context, or
 * holds a token without embedding.
 */
enum SampleFunction {
  PERPLEXITY(DataTypes.DoubleType) {
    @Override
    Optional<?> apply(LoadedModel model, FunctionConfig config, TokenizedSample sample) {
      return scorer(config).perplexity(sample);
    }
  },
  SEGMENT_PERPLEXITY(DataTypes.createArrayType(DataTypes.DoubleType, false)) {
    @Override
    Optional<?> apply(LoadedModel model, FunctionConfig config, TokenizedSample sample) {
      return scorer(config).segmentPerplexities(sample);
    }
  },
  ATTENTION_FOCUS(DataTypes.createArrayType(DataTypes.DoubleType, false)) {
    @Override
    Optional<?> apply(LoadedModel model, FunctionConfig config, TokenizedSample sample) {
      return scorer(config).segmentAttention(sample);
    }
  },
  SEGMENTS(segmentsType()) {
    @Override
    Optional<?> apply(LoadedModel model, FunctionConfig config, TokenizedSample sample) {
      int[] context = sample.context();
      Tokenizer tokenizer = model.tokenizer();
      List<Row> rows =
          config
              .scoring()
              .segments(context.length)
              .map(
                  segment ->
                      RowFactory.create(
                          segment.from(),
                          segment.length(),
                          tokenizer.decode(
                              Arrays.copyOfRange(context, segment.from(), segment.to()))))
              .toList();
      return Optional.of(rows.toArray(new Row[0]));
    }
  };

  @SuppressWarnings("ImmutableEnumChecker") // Spark's data types are immutable, without saying so.
  final DataType resultType;

  SampleFunction(DataType resultType) {
    this.resultType = resultType;
  }

  /** How the function is called in SQL. */
  String sqlName() {
    return "gateau_" + name().toLowerCase(Locale.ROOT);
  }

  /** The value of a sample that can be scored; empty if it has none. */
  abstract Optional<?> apply(LoadedModel model, FunctionConfig config, TokenizedSample sample);

  private static SampleScorer scorer(FunctionConfig config) {
    return TaskModels.scorer(config.model(), config.scoring());
  }

  private static DataType segmentsType() {
    return DataTypes.createArrayType(
        DataTypes.createStructType(
            new StructField[] {
              DataTypes.createStructField("from", DataTypes.IntegerType, false),
              DataTypes.createStructField("tokens", DataTypes.IntegerType, false),
              DataTypes.createStructField("text", DataTypes.StringType, false)
            }),
        false);
  }

  /**
   * The value for one call; empty if the sample has none.
   *
   * @throws io.gateau.model.checkpoint.ModelException if the model cannot be used
   */
  Optional<?> call(FunctionConfig config, String context, String instruction, String response) {
    LoadedModel model = TaskModels.get(config.model());
    ScoringConfig scoring = config.scoring();
    if (this == SEGMENTS) {
      TokenizedSample whole =
          TokenizedSample.whole(
              model.tokenizer(),
              scoring.template(),
              scoring.specialTokens(),
              context,
              instruction,
              response);
      return apply(model, config, whole);
    }
    TokenizedSample sample =
        TokenizedSample.of(model.tokenizer(), scoring, context, instruction, response);
    SampleStatus status =
        SampleStatus.before(sample, scoring, model.checkpoint().config().vocabularySize());
    return status != SampleStatus.OK || sample.context().length == 0
        ? Optional.empty()
        : apply(model, config, sample);
  }
}
