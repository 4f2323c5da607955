package io.gateau.jobs.settings;

import io.gateau.jobs.settings.Setting.Parser;
import io.gateau.pipeline.read.file.Secrets;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Parsers of the kinds of values; each takes the check of the record that owns the range. */
public final class Parsers {
  private Parsers() {}

  static Parser<List<String>> several(UnaryOperator<List<String>> check) {
    return new Parser<>() {
      @Override
      public List<String> parse(String name, List<String> texts) {
        return check.apply(texts);
      }

      @Override
      public boolean takesSeveral() {
        return true;
      }
    };
  }

  /** The text as it stands, spaces and all. */
  static Parser<String> text() {
    return (name, texts) -> texts.get(0);
  }

  /** A file system path or URL, without a password. */
  static Parser<String> path() {
    return (name, texts) -> {
      if (texts.get(0).isBlank()) {
        throw new IllegalArgumentException("%s is blank; name a folder".formatted(name));
      }
      return Secrets.requireNone(texts.get(0));
    };
  }

  /** A value that its own type reads from text. */
  static <T> Parser<T> named(Function<String, T> of) {
    return (name, texts) -> of.apply(texts.get(0).strip());
  }

  static Parser<Double> number(DoubleConsumer check) {
    return checked("a number", Double::valueOf, check::accept);
  }

  static Parser<Integer> integer(IntConsumer check) {
    return checked("a whole number below 2^31", Integer::valueOf, check::accept);
  }

  static Parser<Long> whole(LongConsumer check) {
    return checked("a whole number", Long::valueOf, check::accept);
  }

  static Parser<Boolean> trueOrFalse() {
    return (name, texts) ->
        switch (texts.get(0).strip()) {
          case "true" -> true;
          case "false" -> false;
          default ->
              throw new IllegalArgumentException(
                  "%s %s is not known; use true or false".formatted(name, texts.get(0)));
        };
  }

  /** An enum's constants in lower case with hyphens. */
  static <E extends Enum<E>> Parser<E> choice(Class<E> type) {
    return (name, texts) -> constant(type, name, texts.get(0));
  }

  /**
   * The constant of a code.
   *
   * @param name of what the code is given for, for the error
   * @throws IllegalArgumentException if there is no such constant
   */
  public static <E extends Enum<E>> E constant(Class<E> type, String name, String code) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> code(constant).equals(code.strip()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s %s is not known; use %s".formatted(name, code, codes(type))));
  }

  /** A constant in lower case with hyphens. */
  public static String code(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A number as people write it: 30, not 30.0. */
  public static String plain(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }

  static <E extends Enum<E>> String codes(Class<E> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(Parsers::code)
        .collect(Collectors.joining(", "));
  }

  private static <T> Parser<T> checked(String kind, Function<String, T> of, Consumer<T> check) {
    return (name, texts) -> {
      T value;
      try {
        // Underscores as in Java and YAML: 65_536.
        value = of.apply(texts.get(0).strip().replace("_", ""));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "%s %s is not %s".formatted(name, texts.get(0), kind), e);
      }
      check.accept(value);
      return value;
    };
  }
}
