package io.gateau.udf;

import io.gateau.model.checkpoint.ModelException;
import io.gateau.model.checkpoint.Processor;
import java.io.Serial;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Cast$;
import org.apache.spark.sql.catalyst.expressions.CreateMap;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal$;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Makes the expression of a call of a {@link SampleFunction}. */
final class SampleBuilder extends FunctionBuilder {
  @Serial private static final long serialVersionUID = 1;

  private static final DataType OPTIONS =
      DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType);

  private final SampleFunction function;

  SampleBuilder(SampleFunction function) {
    this.function = function;
  }

  @Override
  Expression expression(List<Expression> arguments) throws FunctionException {
    int texts = function == SampleFunction.SEGMENTS ? 2 : 4;
    if (arguments.size() != texts && arguments.size() != texts + 1) {
      throw new FunctionException(
          function.sqlName(),
          "it takes %d arguments and, if wanted, a map of options; %d were given"
              .formatted(texts, arguments.size()));
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
    try {
      ConstantArguments.check(typed.get(0), options);
    } catch (IllegalArgumentException | ModelException e) {
      throw new FunctionException(function.sqlName(), e.getMessage());
    }
    typed.add(options);
    return new SampleCall(
        CollectionConverters.asScala(typed).toSeq(), function, Processor.thisCpu());
  }

  private static Expression cast(Expression expression, DataType type) {
    return Cast$.MODULE$.apply(expression, type, true);
  }

  private static <T> Seq<T> empty() {
    return CollectionConverters.asScala(List.<T>of()).toSeq();
  }
}
