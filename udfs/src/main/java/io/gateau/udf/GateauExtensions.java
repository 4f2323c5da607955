package io.gateau.udf;

import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import scala.Tuple3;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * Gives Spark SQL the functions {@code gateau_perplexity}, {@code gateau_segment_perplexity},
 * {@code gateau_attention_focus}, {@code gateau_segments} and {@code gateau_chat}: put the jar on
 * the class path and set {@code spark.sql.extensions=io.gateau.udf.GateauExtensions}; spark-sql,
 * PySpark and Scala then have them.
 *
 * <pre>
 *   gateau_chat(chat [, 'last' | 'first'])                                        (context, instruction, response)
 *   gateau_perplexity(model, context, instruction, response [, options])          double
 *   gateau_segment_perplexity(model, context, instruction, response [, options])  array of double
 *   gateau_attention_focus(model, context, instruction, response [, options])     array of double
 *   gateau_segments(model, context [, options])                                   array of (from, tokens, text)
 * </pre>
 *
 * <p>{@code options} is a map of strings: rope-theta, rope-scaling, dtype, device, max-tokens,
 * segment-tokens, segment-overlap, attention-layers, attention-heads, batch-tokens, special-tokens.
 * What can be known of a call before it runs is checked then: {@link FunctionException}. The
 * functions of models are declared non-deterministic although they are not, so that the optimiser
 * never copies a call. Spark itself computes the input of an ORDER BY without LIMIT twice, as it
 * samples the rows to cut them into ranges: put {@code DISTRIBUTE BY id} into the subquery that
 * calls the function, and the sort reads the stored shuffle instead.
 */
public final class GateauExtensions extends AbstractFunction1<SparkSessionExtensions, BoxedUnit> {
  /** Called by Spark when a session is made; registers the functions. */
  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    for (SampleFunction function : SampleFunction.values()) {
      register(extensions, function.sqlName(), usage(function), new SampleBuilder(function));
    }
    register(
        extensions,
        ChatFunction.NAME,
        "_FUNC_(chat [, 'last' | 'first']) - context, instruction and response of a chat, an array"
            + " of turns with role and content or from and value; NULL where files with it have"
            + " rejected records. The instruction is the last (or first) paragraph of the user turn.",
        new ChatBuilder());
    return BoxedUnit.UNIT;
  }

  private static void register(
      SparkSessionExtensions extensions, String name, String usage, FunctionBuilder builder) {
    extensions.injectFunction(
        new Tuple3<>(
            new FunctionIdentifier(name),
            new ExpressionInfo(
                GateauExtensions.class.getName(),
                "",
                name,
                usage,
                "",
                "",
                "",
                "",
                "",
                "",
                "scala_udf"),
            builder));
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
}
