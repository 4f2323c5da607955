package io.gateau.udf;

import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.ModelException;
import java.nio.file.Files;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.util.MapData;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * The arguments of a call that are constants, which are mostly the model and the options. They are
 * checked while the query is analysed, so that a typing error is told before any row is read.
 */
final class ConstantArguments {
  /** Stands for a model that differs from row to row while only options are checked. */
  private static final String SOME_MODEL = "model";

  /** What this process has found good; a large model takes a moment to look at. */
  private static final Set<FunctionConfig> GOOD = ConcurrentHashMap.newKeySet();

  private ConstantArguments() {}

  /**
   * Checks model and options where they are constants; null is one that makes the result null.
   *
   * @param model an expression of text
   * @param options an expression of a map of texts
   * @throws IllegalArgumentException naming the option that is unknown or not valid
   * @throws ModelException if the model cannot be used
   */
  static void check(Expression model, Expression options) {
    boolean constantModel = isConstant(model);
    boolean constantOptions = isConstant(options);
    Optional<String> path = constantModel ? text(model) : Optional.of(SOME_MODEL);
    Optional<Map<String, String>> given = constantOptions ? texts(options) : Optional.of(Map.of());
    if (path.isEmpty() || given.isEmpty()) {
      return;
    }
    FunctionConfig config = FunctionConfig.of(path.get(), given.get());
    if (constantModel && !GOOD.contains(config)) {
      open(config);
    }
  }

  /** The text of a constant; empty if it is null. */
  static Optional<String> text(Expression constant) {
    return Optional.ofNullable(constant.eval(null)).map(Object::toString);
  }

  static boolean isConstant(Expression expression) {
    return expression.resolved() && expression.foldable();
  }

  private static Optional<Map<String, String>> texts(Expression constant) {
    return Optional.ofNullable(constant.eval(null)).map(ConstantArguments::texts);
  }

  /** Spark's map of texts as one of Java. */
  static Map<String, String> texts(Object value) {
    MapData entries = (MapData) value;
    Object[] keys = entries.keyArray().toObjectArray(DataTypes.StringType);
    Object[] values = entries.valueArray().toObjectArray(DataTypes.StringType);
    Map<String, String> texts = new LinkedHashMap<>();
    for (int i = 0; i < keys.length; i++) {
      texts.put(keys[i].toString(), values[i] instanceof UTF8String text ? text.toString() : null);
    }
    return Collections.unmodifiableMap(texts);
  }

  /** A model or a GPU that only the machines of the executors have is left to them. */
  private static void open(FunctionConfig config) {
    ModelSpec model = config.model();
    SparkConf conf = SparkEnv.get().conf();
    TaskModels.requireDevice(model, conf);
    if (!model.isRemote() && (TaskModels.isLocal(conf) || Files.exists(model.directory()))) {
      var unused =
          config.scoring().focus().canonical(model.config(Checkpoint.open(model.directory())));
      GOOD.add(config);
    }
  }
}
