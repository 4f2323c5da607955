package io.gateau.udf;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Expression;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/** Makes the expression of a call from its arguments, as Spark asks for it. */
abstract class FunctionBuilder extends AbstractFunction1<Seq<Expression>, Expression> {

  /**
   * The expression of a call.
   *
   * @param arguments a list that may be changed
   * @throws FunctionException if the call cannot be right
   */
  abstract Expression expression(List<Expression> arguments) throws FunctionException;

  @Override
  public final Expression apply(Seq<Expression> given) {
    try {
      return expression(new ArrayList<>(CollectionConverters.asJava(given)));
    } catch (FunctionException e) {
      throw FunctionBuilder.<RuntimeException>undeclared(e);
    }
  }

  /** Throws: functions of Scala declare no checked exceptions, and Spark's own pass them so. */
  @SuppressWarnings("unchecked") // The cast is none once the program is compiled.
  private static <T extends Throwable> RuntimeException undeclared(FunctionException e) throws T {
    throw (T) e;
  }
}
