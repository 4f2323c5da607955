package io.gateau.planted;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The shares of the kinds in a data set, and how many samples of each kind they are. */
public final class KindShares {
  private static final double ROUNDING = 1e-9;

  private KindShares() {}

  /**
   * The shares of all kinds, 0 for one that is not named.
   *
   * @throws IllegalArgumentException if a share is negative or their sum is not 1
   */
  public static Map<Kind, Double> complete(Map<Kind, Double> named) {
    EnumMap<Kind, Double> shares = new EnumMap<>(Kind.class);
    Arrays.stream(Kind.values()).forEach(kind -> shares.put(kind, 0.0));
    shares.putAll(named);
    double sum = shares.values().stream().mapToDouble(Double::doubleValue).sum();
    if (shares.values().stream().anyMatch(share -> !(share >= 0)) || Math.abs(sum - 1) > ROUNDING) {
      throw new IllegalArgumentException(
          "the shares of the kinds are %s; give shares of 0 or more that make 1".formatted(shares));
    }
    return Collections.unmodifiableMap(shares);
  }

  /**
   * The kind of each sample, in random order: as many of each kind as its share, where the largest
   * remainders are rounded up.
   *
   * @param samples 1 or more
   * @param shares of all kinds
   */
  public static List<Kind> kinds(int samples, Map<Kind, Double> shares, Random random) {
    List<Kind> kinds = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      int whole = (int) Math.floor(shares.get(kind) * samples + ROUNDING);
      kinds.addAll(Collections.nCopies(whole, kind));
    }
    List<Kind> byRemainder =
        Arrays.stream(Kind.values())
            .sorted(Comparator.comparingDouble(kind -> -remainder(shares.get(kind), samples)))
            .toList();
    for (int i = 0; kinds.size() < samples; i++) {
      kinds.add(byRemainder.get(i));
    }
    Collections.shuffle(kinds, random);
    return kinds;
  }

  private static double remainder(double share, int samples) {
    double wanted = share * samples + ROUNDING;
    return wanted - Math.floor(wanted);
  }
}
