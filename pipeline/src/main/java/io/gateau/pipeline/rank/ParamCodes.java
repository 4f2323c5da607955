package io.gateau.pipeline.rank;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.Identifiable;
import scala.Function1;
import scala.runtime.AbstractFunction1;

/** Params whose values are the constants of an enum, as kebab-case codes. */
final class ParamCodes {
  private ParamCodes() {}

  static <E extends Enum<E>> Param<String> param(
      Identifiable parent, String name, String doc, Class<E> type) {
    return new Param<>(
        parent,
        name,
        "%s: %s".formatted(doc, codes(type)),
        checkedBy(code -> constant(name, code, type)));
  }

  /** A check that throws says what is wrong with a value; MLlib only asks whether it is valid. */
  static <T> Function1<T, Object> checkedBy(Consumer<T> check) {
    return new Check<>(check);
  }

  static String code(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static <E extends Enum<E>> E constant(Param<String> param, String code, Class<E> type) {
    return constant(param.name(), code, type);
  }

  private static <E extends Enum<E>> E constant(String name, String code, Class<E> type) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> code(constant).equals(code))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s %s is not known; use %s".formatted(name, code, codes(type))));
  }

  private static <E extends Enum<E>> String codes(Class<E> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(ParamCodes::code)
        .collect(Collectors.joining(", "));
  }

  private static final class Check<T> extends AbstractFunction1<T, Object> {
    private final Consumer<T> check;

    Check(Consumer<T> check) {
      this.check = check;
    }

    @Override
    public Object apply(T value) {
      check.accept(value);
      return true;
    }
  }
}
