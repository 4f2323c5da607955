package io.gateau.udf;

import java.io.Serial;
import org.apache.spark.QueryContext;
import org.apache.spark.sql.AnalysisException;
import scala.Option;
import scala.collection.immutable.Map$;

/**
 * A call of a SQL function that cannot be right: a wrong number or type of arguments, a model or an
 * option that cannot be used. It is found before the query runs. Being an analysis exception
 * without a cause, it is shown as one line, without a stack trace, by spark-sql, PySpark and Spark
 * Connect.
 */
final class FunctionException extends AnalysisException {
  @Serial private static final long serialVersionUID = 1;

  /**
   * Names the function.
   *
   * @param problem what is wrong, and how to mend it
   */
  FunctionException(String function, String problem) {
    super(
        "%s: %s".formatted(function, problem),
        Option.empty(),
        Option.empty(),
        Option.empty(),
        Option.empty(),
        Map$.MODULE$.empty(),
        new QueryContext[0]);
  }
}
