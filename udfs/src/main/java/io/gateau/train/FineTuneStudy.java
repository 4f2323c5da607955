package io.gateau.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Compares selections by what a model learns from them. The same model is fine-tuned for the same
 * number of steps on the top of each ranking and on the whole set, several times with other orders
 * of the samples, and its recall is measured each time.
 */
public final class FineTuneStudy {
  /** The name of the arm that trains on the whole set. */
  public static final String FULL = "full";

  private final FineTune fineTune;
  private final List<Integer> percents;
  private final int seeds;

  /**
   * Plans a study.
   *
   * @param percents how much of a ranking is kept, each in 1 to 99
   * @param seeds runs of each arm, at least 1
   */
  public FineTuneStudy(FineTune fineTune, List<Integer> percents, int seeds) {
    if (seeds < 1 || percents.stream().anyMatch(percent -> percent < 1 || percent > 99)) {
      throw new IllegalArgumentException(
          "%d seeds and the top %s %%; give at least one seed, and percents from 1 to 99"
              .formatted(seeds, percents));
    }
    this.fineTune = fineTune;
    this.percents = List.copyOf(percents);
    this.seeds = seeds;
  }

  /**
   * One fine-tuning and its result.
   *
   * @param arm name of the ranking, or {@link #FULL}
   * @param percent of the set that was trained on
   * @param samples number of samples that were trained on
   * @param seed of the order of the samples, from 1
   * @param recall by distance, each in [0, 1]
   */
  public record Run(String arm, int percent, int samples, int seed, Map<Integer, Double> recall) {}

  /**
   * The runs of one arm and percent, over their seeds.
   *
   * @param arm name of the ranking, or {@link #FULL}
   * @param percent of the set that was trained on
   * @param samples number of samples that were trained on
   * @param mean recall by distance, in [0, 1]
   * @param spread standard deviation of the recall by distance (n - 1), 0 for a single seed
   */
  public record Row(
      String arm,
      int percent,
      int samples,
      Map<Integer, Double> mean,
      Map<Integer, Double> spread) {}

  /**
   * Runs every arm with every seed.
   *
   * @param rankings the ids of samples by the name of their ranking, best first; all of the same
   *     set, one ranking or more
   * @param texts asked, before each run, for the samples that the run trains on
   * @param done called after each run
   * @return the runs in their order
   */
  public List<Run> execute(
      Map<String, List<String>> rankings, SampleTexts texts, Consumer<Run> done) {
    List<Run> runs = new ArrayList<>();
    List<String> all = rankings.values().iterator().next();
    for (int seed = 1; seed <= seeds; seed++) {
      runs.add(run(FULL, 100, all, seed, texts));
      done.accept(runs.get(runs.size() - 1));
      for (Map.Entry<String, List<String>> ranking : rankings.entrySet()) {
        for (int percent : percents) {
          int kept = Math.max(1, (int) Math.round(all.size() * percent / 100.0));
          runs.add(
              run(ranking.getKey(), percent, ranking.getValue().subList(0, kept), seed, texts));
          done.accept(runs.get(runs.size() - 1));
        }
      }
    }
    return runs;
  }

  private Run run(String arm, int percent, List<String> ids, int seed, SampleTexts texts) {
    List<String> order = SampleOrder.of(ids, fineTune.steps(), seed);
    Map<String, InstructionSample> samples = texts.of(new LinkedHashSet<>(order));
    return new Run(
        arm, percent, ids.size(), seed, fineTune.on(order.stream().map(samples::get).toList()));
  }

  /** One row for each arm and percent, in the order of the runs. */
  public static List<Row> rows(List<Run> runs) {
    Map<String, List<Run>> arms = new LinkedHashMap<>();
    runs.forEach(
        run ->
            arms.computeIfAbsent(run.arm + " " + run.percent, key -> new ArrayList<>()).add(run));
    return arms.values().stream().map(FineTuneStudy::row).toList();
  }

  private static Row row(List<Run> runs) {
    Run first = runs.get(0);
    Map<Integer, Double> mean = new LinkedHashMap<>();
    Map<Integer, Double> spread = new LinkedHashMap<>();
    for (int distance : first.recall.keySet()) {
      double average =
          runs.stream().mapToDouble(run -> run.recall.get(distance)).average().orElseThrow();
      double squares =
          runs.stream().mapToDouble(run -> Math.pow(run.recall.get(distance) - average, 2)).sum();
      mean.put(distance, average);
      spread.put(distance, runs.size() == 1 ? 0 : Math.sqrt(squares / (runs.size() - 1)));
    }
    return new Row(first.arm, first.percent, first.samples, mean, spread);
  }
}
