package io.gateau.score;

import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.model.decoder.AttentionHeads;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Over which layers and heads the attention focus is averaged: all of them in GATEAU (arXiv
 * 2410.15633) section 3.2, or some, as users of retrieval heads want.
 *
 * <p>Both are written as {@code all}, as numbers and ranges counted from 0 ({@code 4-11}, {@code
 * 0,5,7-9}), or as {@code first:N} or {@code last:N}.
 *
 * @param layers decoder layers
 * @param heads query heads, the same in each of these layers
 */
public record AttentionFocus(String layers, String heads) implements Serializable {
  /** All layers, or all heads. */
  public static final String ALL = "all";

  /** All layers and all heads: the paper's. */
  public static final AttentionFocus EVERYTHING = new AttentionFocus(ALL, ALL);

  private static final Pattern END = Pattern.compile("(first|last):([1-9]\\d{0,5})");
  private static final Pattern RANGE = Pattern.compile("(\\d{1,6})(?:-(\\d{1,6}))?");

  public AttentionFocus {
    layers = checked("attention-layers", layers);
    heads = checked("attention-heads", heads);
  }

  /**
   * The chosen layers and heads of a model, ascending, each once.
   *
   * @throws ModelException if the model has no such layer or head
   */
  AttentionHeads in(ModelConfig config) {
    return new AttentionHeads(
        chosen("attention-layers", layers, config.layers()),
        chosen("attention-heads", heads, config.heads()));
  }

  /**
   * This choice as numbers of a model, such as {@code 4-11}. Two ways to write one choice give the
   * same text.
   *
   * @throws ModelException if the model has no such layer or head
   */
  public AttentionFocus canonical(ModelConfig config) {
    AttentionHeads chosen = in(config);
    return new AttentionFocus(text(chosen.layers()), text(chosen.heads()));
  }

  private static String checked(String name, String text) {
    if (text == null) {
      throw new IllegalArgumentException(name + " is missing; use all");
    }
    String given = text.strip();
    if (given.equals(ALL) || END.matcher(given).matches()) {
      return given;
    }
    for (String part : given.split(",", -1)) {
      Matcher range = RANGE.matcher(part);
      if (!range.matches()
          || (range.group(2) != null
              && Integer.parseInt(range.group(1)) > Integer.parseInt(range.group(2)))) {
        throw new IllegalArgumentException(
            "%s %s is no choice; use all, first:8, last:8, or numbers from 0 on such as 4-11 or 0,5,7-9"
                .formatted(name, text));
      }
    }
    return given;
  }

  private static List<Integer> chosen(String name, String text, int count) {
    if (text.equals(ALL)) {
      return IntStream.range(0, count).boxed().toList();
    }
    Matcher end = END.matcher(text);
    if (end.matches()) {
      int size = Integer.parseInt(end.group(2));
      if (size > count) {
        throw beyond(name, text, count);
      }
      int from = end.group(1).equals("first") ? 0 : count - size;
      return IntStream.range(from, from + size).boxed().toList();
    }
    TreeSet<Integer> numbers = new TreeSet<>();
    for (String part : text.split(",", -1)) {
      int[] ends = Arrays.stream(part.split("-")).mapToInt(Integer::parseInt).toArray();
      if (ends[ends.length - 1] >= count) {
        throw beyond(name, text, count);
      }
      IntStream.rangeClosed(ends[0], ends[ends.length - 1]).forEach(numbers::add);
    }
    return List.copyOf(numbers);
  }

  private static ModelException beyond(String name, String text, int count) {
    return new ModelException(
        "%s %s asks for more than the long model has: %s, numbered 0 to %s; use all, or some of these"
            .formatted(name, text, count, count - 1));
  }

  /** Numbers as ranges. */
  private static String text(List<Integer> numbers) {
    List<int[]> runs = new ArrayList<>();
    for (int number : numbers) {
      if (!runs.isEmpty() && runs.get(runs.size() - 1)[1] == number - 1) {
        runs.get(runs.size() - 1)[1] = number;
      } else {
        runs.add(new int[] {number, number});
      }
    }
    return runs.stream()
        .map(run -> run[0] == run[1] ? String.valueOf(run[0]) : run[0] + "-" + run[1])
        .collect(Collectors.joining(","));
  }
}
