package io.gateau.udf;

import java.io.Serial;
import org.apache.spark.sql.AnalysisException;
import scala.collection.immutable.Map;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A call of a SQL function that cannot be right: a wrong number or type of arguments, a model or an
 * option that cannot be used. It is found before the query runs. Being an analysis exception
 * without a cause, it is shown as one line, without a stack trace, by spark-sql, PySpark and Spark
 * Connect.
 */
final class FunctionException extends AnalysisException {
  /** Spark's condition for what SQL itself raises; PySpark needs one of Spark's. */
  static final String CONDITION = "USER_RAISED_EXCEPTION";

  @Serial private static final long serialVersionUID = 1;

  /**
   * Names the function.
   *
   * @param problem what is wrong, and how to mend it
   */
  FunctionException(String function, String problem) {
    super(CONDITION, parameters(function, problem));
  }

  /** What the message of the condition consists of. */
  static Map<String, String> parameters(String function, String problem) {
    return Map.from(
        CollectionConverters.asScala(
            java.util.Map.of("errorMessage", "%s: %s".formatted(function, problem))));
  }
}
