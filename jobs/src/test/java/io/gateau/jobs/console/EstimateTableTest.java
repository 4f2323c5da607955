package io.gateau.jobs.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.gateau.model.Work;
import io.gateau.pipeline.estimate.ModelPass;
import io.gateau.pipeline.estimate.PassCost;
import io.gateau.pipeline.estimate.ScoringEstimate;
import io.gateau.pipeline.rank.strategy.Strategies;
import io.gateau.score.ModelRole;
import io.gateau.score.Pass;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EstimateTableTest {
  private static final ScoringEstimate ESTIMATE =
      new ScoringEstimate(
          1_010,
          Map.of("broken-json", 10L),
          1_000,
          500,
          50,
          Map.of("too-long", 5L),
          new ScoringEstimate.Lengths(8_000, 20_000, 65_536, 300),
          Map.of(
              new ModelPass(ModelRole.SHORT, Pass.WHOLE),
              new PassCost(1_000, new Work(8_000_000, 1e15)),
              new ModelPass(ModelRole.LONG, Pass.WHOLE),
              new PassCost(1_000, new Work(8_000_000, 1e15)),
              new ModelPass(ModelRole.LONG, Pass.SEGMENTS),
              new PassCost(60_000, new Work(20_000_000, 2e15)),
              new ModelPass(ModelRole.LONG, Pass.BARE),
              new PassCost(1_000, new Work(100_000, 1e13)),
              new ModelPass(ModelRole.LONG, Pass.FIRST_LAYER),
              new PassCost(1_000, new Work(8_000_000, 1e12))));

  private static List<String> lines(Optional<EstimateTable.Speed> speed) {
    return new EstimateTable(
            ESTIMATE,
            Strategies.of("gateau").signals(),
            65_536,
            Set.of(ModelRole.SHORT, ModelRole.LONG),
            List.of(new EstimateTable.Memory(ModelRole.LONG, "bfloat16", 15L << 30, 3L << 30)),
            speed)
        .lines();
  }

  @Test
  void itSaysRowsPassesMemoryHoursAndPrice() {
    List<String> lines =
        lines(Optional.of(new EstimateTable.Speed(4e14, 8, "as given", OptionalDouble.of(2.5))));

    assertEquals(
        List.of(
            "",
            "rows in                1,010",
            "  rejected             10 (broken-json 10)",
            "  different texts      1,000",
            "tokenized              500 of them, which stand for the others",
            "tokens of a sample     median 8,000, nine in ten up to 20,000, longest 65,536",
            "cut to max-tokens      100 (10.0 % are more than 65,536 tokens)",
            "cannot be scored       10 (too-long 5)",
            "",
            "pass                            sequences     tokens       FLOP   share    hours",
            "short model, whole samples          1,000      8.0 M      1.0 P  25.0 % 0.000694",
            "long model, whole samples           1,000      8.0 M      1.0 P  25.0 % 0.000694",
            "long model, segments               60,000     20.0 M      2.0 P  50.0 %  0.00139",
            "together                                      36.0 M      4.0 P 100.0 %  0.00278",
            "",
            "memory, long model     15.0 GiB for bfloat16 weights, and 3.0 GiB for each task in its longest pass",
            "time                   1.2 s at 400.0 TFLOP/s on each of 8 devices (as given): 0.00278 device hours",
            "price                  0.01 at 2.50 an hour",
            "",
            "by strategy                        FLOP  passes",
            "  gateau                          4.0 P  short whole samples, long whole samples, long segments",
            "  hmg                             2.0 P  short whole samples, long whole samples",
            "  cam                             3.0 P  long whole samples, long segments",
            "  perplexity                      1.0 P  long whole samples",
            "  gain                            2.0 P  short whole samples, long whole samples",
            "  evidence                        3.0 P  long whole samples, long segments",
            "  ifd                             1.0 P  long whole samples, long bare responses",
            "  superfiltering                  1.0 P  short whole samples, short bare responses",
            "  longfilter                      1.0 P  long whole samples, long recent contexts",
            "  longppl                         1.0 P  long whole samples, long recent contexts",
            "  prolong                             0  long pairs of segments",
            "  car                             1.0 P  long whole samples",
            "  longattn                        1.0 T  long first layer",
            "  ladm                            1.0 P  long whole samples"),
        lines);
  }

  @Test
  void withoutASpeedItPromisesNoTime() {
    List<String> lines = lines(Optional.empty());
    assertTrue(
        lines.contains(
            "time                   not measured; give the speed of a device with --tflops"),
        lines.toString());
    assertTrue(lines.stream().noneMatch(line -> line.contains("hour")), lines.toString());
  }
}
