package io.gateau.udf;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.Cast$;
import org.apache.spark.sql.catalyst.expressions.CreateMap;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.expressions.Literal$;
import org.apache.spark.sql.catalyst.expressions.ScalaUDF;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import scala.Option;
import scala.Tuple3;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * Gives Spark SQL the functions {@code gateau_perplexity}, {@code gateau_segment_perplexity},
 * {@code gateau_attention_focus} and {@code gateau_segments}: put the jar on the class path and set
 * {@code spark.sql.extensions=io.gateau.udf.GateauExtensions}; spark-sql, PySpark and Scala then
 * have them.
 *
 * <pre>
 *   gateau_perplexity(model, context, instruction, response [, options])          double
 *   gateau_segment_perplexity(model, context, instruction, response [, options])  array of double
 *   gateau_attention_focus(model, context, instruction, response [, options])     array of double
 *   gateau_segments(model, context [, options])                                   array of (from, tokens, text)
 * </pre>
 *
 * <p>{@code options} is a map of strings: rope-theta, rope-scaling, dtype, device, max-tokens,
 * segment-tokens, segment-overlap, attention-layers, attention-heads, batch-tokens, special-tokens.
 * The functions are declared non-deterministic although they are not, so that the optimiser never
 * copies a call. Spark itself computes the input of an ORDER BY without LIMIT twice, as it samples
 * the rows to cut them into ranges: put {@code DISTRIBUTE BY id} into the subquery that calls the
 * function, and the sort reads the stored shuffle instead.
 */
public final class GateauExtensions extends AbstractFunction1<SparkSessionExtensions, BoxedUnit> {
  private static final DataType OPTIONS =
      DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType);

  /** Called by Spark when a session is made; registers the functions. */
  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    for (SampleFunction function : SampleFunction.values()) {
      String name = "gateau_" + function.name().toLowerCase(Locale.ROOT);
      extensions.injectFunction(
          new Tuple3<>(
              new FunctionIdentifier(name),
              new ExpressionInfo(
                  GateauExtensions.class.getName(),
                  "",
                  name,
                  usage(function),
                  "",
                  "",
                  "",
                  "",
                  "",
                  "",
                  "scala_udf"),
              new Builder(name, function)));
    }
    return BoxedUnit.UNIT;
  }

  private static String usage(SampleFunction function) {
    return switch (function) {
      case PERPLEXITY ->
          "_FUNC_(model, context, instruction, response [, options]) - perplexity"
              + " of the response given all before it.";
      case SEGMENT_PERPLEXITY ->
          "_FUNC_(model, context, instruction, response [, options]) -"
              + " perplexity of the response given each segment of the context alone.";
      case ATTENTION_FOCUS ->
          "_FUNC_(model, context, instruction, response [, options]) - mean"
              + " attention that each segment of the context receives from the response.";
      case SEGMENTS ->
          "_FUNC_(model, context [, options]) - the segments of the context: from,"
              + " tokens, text.";
    };
  }

  /** Makes the call's expression from its arguments. */
  private static final class Builder extends AbstractFunction1<Seq<Expression>, Expression> {
    private final String name;
    private final SampleFunction function;

    Builder(String name, SampleFunction function) {
      this.name = name;
      this.function = function;
    }

    @Override
    public Expression apply(Seq<Expression> given) {
      List<Expression> arguments = new ArrayList<>(CollectionConverters.asJava(given));
      int texts = function == SampleFunction.SEGMENTS ? 2 : 4;
      if (arguments.size() != texts && arguments.size() != texts + 1) {
        throw new IllegalArgumentException(
            "%s takes %d arguments and, if wanted, a map of options; %d were given"
                .formatted(name, texts, arguments.size()));
      }
      Expression options =
          arguments.size() > texts
              ? cast(arguments.remove(texts), OPTIONS)
              : cast(new CreateMap(empty(), true), OPTIONS);
      while (arguments.size() < 4) {
        arguments.add(Literal$.MODULE$.create("", DataTypes.StringType));
      }
      List<Expression> typed = new ArrayList<>();
      arguments.forEach(argument -> typed.add(cast(argument, DataTypes.StringType)));
      typed.add(options);
      return new ScalaUDF(
          new SampleFunction.Call(function),
          function.resultType,
          CollectionConverters.asScala(typed).toSeq(),
          empty(),
          Option.empty(),
          Option.apply(name),
          true,
          false);
    }

    private static Expression cast(Expression expression, DataType type) {
      return Cast$.MODULE$.apply(expression, type, true);
    }

    private static <T> Seq<T> empty() {
      return CollectionConverters.asScala(List.<T>of()).toSeq();
    }
  }
}
