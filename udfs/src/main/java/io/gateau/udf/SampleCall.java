package io.gateau.udf;

import io.gateau.model.checkpoint.ModelException;
import io.gateau.model.checkpoint.Processor;
import java.io.Serial;
import java.io.Serializable;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.QueryContext;
import org.apache.spark.SparkRuntimeException;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.UserDefinedExpression;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenFallback;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.types.DataType;
import scala.Function1;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * A call of a {@link SampleFunction}: (model, context, instruction, response, options), null if one
 * of them is. It is no function of Spark's {@code udf}, whose errors PySpark shows with a stack
 * trace. It is public because Spark copies expressions by reflection.
 */
public final class SampleCall extends Expression
    implements CodegenFallback, UserDefinedExpression, Serializable {
  @Serial private static final long serialVersionUID = 1;

  private final Seq<Expression> arguments;
  private final SampleFunction function;
  private final Processor cpu;
  private transient Function1<Object, Object> toSpark;

  /**
   * A call.
   *
   * @param arguments four expressions of text and one of a map of texts
   * @param function what is computed
   * @param cpu the driver's CPU, by which dtype auto is the same on every machine
   */
  public SampleCall(Seq<Expression> arguments, SampleFunction function, Processor cpu) {
    this.arguments = arguments;
    this.function = function;
    this.cpu = cpu;
  }

  @Override
  public Seq<Expression> children() {
    return arguments;
  }

  @Override
  public Expression withNewChildrenInternal(IndexedSeq<Expression> children) {
    return new SampleCall(children, function, cpu);
  }

  @Override
  public DataType dataType() {
    return function.resultType;
  }

  @Override
  public boolean nullable() {
    return true;
  }

  /** False, so that the optimiser neither copies a call nor moves it. */
  @Override
  public boolean deterministic() {
    return false;
  }

  /** Spark lifts what users define out of ORDER BY and GROUP BY. */
  @Override
  public String name() {
    return function.sqlName();
  }

  @Override
  public String prettyName() {
    return function.sqlName();
  }

  @Override
  public Object eval(InternalRow row) {
    Object[] values = new Object[arguments.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = arguments.apply(i).eval(row);
      if (values[i] == null) {
        return null;
      }
    }
    try {
      FunctionConfig config =
          FunctionConfig.of(values[0].toString(), ConstantArguments.texts(values[4])).resolve(cpu);
      Optional<?> value =
          function.call(config, values[1].toString(), values[2].toString(), values[3].toString());
      return value.isEmpty() ? null : toSpark().apply(value.get());
    } catch (IllegalArgumentException | ModelException e) {
      throw oneLine(e);
    }
  }

  /** What is shown as one line; the message says what is wrong, where and how to mend it. */
  private SparkRuntimeException oneLine(RuntimeException problem) {
    SparkRuntimeException shown =
        new SparkRuntimeException(
            FunctionException.CONDITION,
            FunctionException.parameters(function.sqlName(), problem.getMessage()),
            null,
            new QueryContext[0],
            "");
    shown.setStackTrace(new StackTraceElement[0]);
    return shown;
  }

  private Function1<Object, Object> toSpark() {
    if (toSpark == null) {
      toSpark = CatalystTypeConverters.createToCatalystConverter(function.resultType);
    }
    return toSpark;
  }

  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    return CodegenFallback.super.doGenCode(context, code);
  }

  @Override
  public int productArity() {
    return 3;
  }

  @Override
  public Object productElement(int i) {
    return switch (i) {
      case 0 -> arguments;
      case 1 -> function;
      default -> cpu;
    };
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof SampleCall;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SampleCall call
        && arguments.equals(call.arguments)
        && function == call.function
        && cpu == call.cpu;
  }

  @Override
  public int hashCode() {
    return Objects.hash(arguments, function, cpu);
  }
}
