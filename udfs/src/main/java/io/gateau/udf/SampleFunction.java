package io.gateau.udf;

import io.gateau.model.DeviceMemoryException;
import io.gateau.model.LoadedModel;
import io.gateau.model.Processor;
import io.gateau.model.SampleScorer;
import io.gateau.model.SampleStatus;
import io.gateau.model.TokenPieces;
import io.gateau.model.Tokenizer;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction5;

/**
 * What the SQL functions compute, one row at a time: (model directory, context, instruction,
 * response, options). Null in, null out; null too where the sample has no such number (it does not
 * fit into max-tokens or the device's memory, has no response or no context, or holds a token
 * without embedding).
 */
enum SampleFunction {
  PERPLEXITY(DataTypes.DoubleType) {
    @Override
    Object apply(LoadedModel model, FunctionOptions options, TokenPieces pieces) {
      return scorer(options).perplexity(TaskModels.decoder(options.model()), pieces);
    }
  },
  SEGMENT_PERPLEXITY(DataTypes.createArrayType(DataTypes.DoubleType, false)) {
    @Override
    Object apply(LoadedModel model, FunctionOptions options, TokenPieces pieces) {
      return scorer(options).segmentPerplexities(TaskModels.decoder(options.model()), pieces);
    }
  },
  ATTENTION_FOCUS(DataTypes.createArrayType(DataTypes.DoubleType, false)) {
    @Override
    Object apply(LoadedModel model, FunctionOptions options, TokenPieces pieces) {
      return scorer(options).segmentAttention(TaskModels.decoder(options.model()), pieces);
    }
  },
  SEGMENTS(segmentsType()) {
    @Override
    Object apply(LoadedModel model, FunctionOptions options, TokenPieces pieces) {
      int[] context = pieces.context();
      Tokenizer tokenizer = model.tokenizer();
      List<Row> rows =
          options
              .settings()
              .segments(context.length)
              .map(
                  segment ->
                      RowFactory.create(
                          segment.from(),
                          segment.length(),
                          tokenizer.decode(
                              Arrays.copyOfRange(context, segment.from(), segment.to()))))
              .toList();
      return rows.toArray(new Row[0]);
    }
  };

  @SuppressWarnings("ImmutableEnumChecker") // Spark's data types are immutable, without saying so.
  final DataType type;

  SampleFunction(DataType type) {
    this.type = type;
  }

  abstract Object apply(LoadedModel model, FunctionOptions options, TokenPieces pieces);

  private static SampleScorer scorer(FunctionOptions options) {
    return new SampleScorer(options.settings(), TaskModels.memory(options.model()));
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

  /** The function as Spark calls it. */
  static final class Call extends AbstractFunction5<Object, Object, Object, Object, Object, Object>
      implements Serializable {
    private final SampleFunction function;

    /** Of the driver, where this is made: dtype auto is the same on every machine. */
    private final Processor cpu = Processor.thisCpu();

    Call(SampleFunction function) {
      this.function = function;
    }

    @Override
    @SuppressWarnings("unchecked")
    public Object apply(
        Object path, Object context, Object instruction, Object response, Object options) {
      if (path == null
          || context == null
          || instruction == null
          || response == null
          || options == null) {
        return null;
      }
      FunctionOptions parsed =
          FunctionOptions.of(
                  (String) path,
                  CollectionConverters.asJava((scala.collection.Map<String, String>) options))
              .concrete(cpu);
      LoadedModel model = TaskModels.get(parsed.model());
      TokenPieces pieces =
          TokenPieces.of(
              model.tokenizer(),
              parsed.settings().template(),
              (String) context,
              (String) instruction,
              (String) response);
      if (function == SEGMENTS) {
        return function.apply(model, parsed, pieces);
      }
      SampleStatus status =
          SampleStatus.before(
              pieces, parsed.settings(), model.checkpoint().config().vocabularySize());
      if (status != SampleStatus.OK
          && (status != SampleStatus.TOO_SHORT || pieces.context().length == 0)) {
        return null;
      }
      try {
        return function.apply(model, parsed, pieces.fittedTo(parsed.settings().maxTokens()));
      } catch (DeviceMemoryException e) {
        return null;
      }
    }
  }
}
