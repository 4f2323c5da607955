package io.gateau.jobs.json;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gateau.jobs.console.EstimateTable;
import io.gateau.jobs.settings.Parsers;
import io.gateau.model.Work;
import io.gateau.pipeline.estimate.ModelPass;
import io.gateau.pipeline.estimate.PassCost;
import io.gateau.pipeline.estimate.ScoringEstimate;
import java.nio.file.Path;

/** Estimates as JSON. */
public final class EstimateFile {
  private static final JsonMapper JSON = new JsonMapper();

  private EstimateFile() {}

  /**
   * Writes the numbers, in a folder that is made if it is not there.
   *
   * @throws io.gateau.pipeline.read.file.InputException if the file cannot be written
   */
  public static void write(Path file, EstimateTable table) {
    ScoringEstimate estimate = table.estimate();
    ObjectNode root = JSON.createObjectNode();
    root.put("rows-in", estimate.rowsIn());
    root.set("rejected-by-reason", JSON.valueToTree(estimate.rejectedByReason()));
    root.put("texts", estimate.texts());
    root.put("tokenized", estimate.tokenized());
    root.put("cut", estimate.cut());
    root.set("unscorable-by-reason", JSON.valueToTree(estimate.unscorable()));
    ObjectNode lengths = root.putObject("tokens-of-a-sample");
    lengths.put("median", estimate.lengths().median());
    lengths.put("90-percent", estimate.lengths().ninth());
    lengths.put("longest", estimate.lengths().longest());
    long sequences = 0;
    for (ModelPass pass : ModelPass.of(table.signals())) {
      PassCost cost = estimate.passes().getOrDefault(pass, new PassCost(0, Work.NONE));
      ObjectNode node = root.withArray("passes").addObject();
      node.put("model", pass.role().code());
      node.put("pass", Parsers.code(pass.pass()));
      node.put("sequences", cost.sequences());
      work(node, cost.work());
      sequences += cost.sequences();
    }
    root.put("sequences", sequences);
    work(root, table.work());
    for (EstimateTable.Memory memory : table.memory()) {
      ObjectNode node = root.withArray("memory").addObject();
      node.put("model", memory.role().code());
      node.put("dtype", memory.dtype());
      node.put("weight-bytes", memory.weights());
      node.put("activation-bytes-per-task", memory.activations());
    }
    table.speed().ifPresent(speed -> speed(root, speed, table.work()));
    JsonFile.write(file, root);
  }

  private static void work(ObjectNode node, Work work) {
    node.put("tokens", work.tokens());
    node.put("flops", work.flops());
  }

  private static void speed(ObjectNode root, EstimateTable.Speed speed, Work work) {
    root.put("flops-per-second", speed.flopsPerSecond());
    root.put("devices", speed.devices());
    root.put("seconds", speed.time(work).toMillis() / 1000.0);
    root.put("device-hours", speed.deviceHours(work));
    speed.price().ifPresent(price -> root.put("price", price * speed.deviceHours(work)));
  }
}
