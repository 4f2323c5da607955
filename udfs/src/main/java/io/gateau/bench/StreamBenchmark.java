package io.gateau.bench;

import ai.djl.Device;
import io.gateau.model.LoadedModel;
import io.gateau.model.MemoryPolicy;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.checkpoint.ModelException;
import io.gateau.model.decoder.MemoryPlanner;
import io.gateau.model.decoder.PackedBatch;
import io.gateau.model.decoder.SequenceGroup;
import io.gateau.model.decoder.TileSizes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Times one model on the CPU with its layers in memory and with its layers brought one at a time
 * from the file, to find how many tokens a micro-batch needs until the way is hidden behind the
 * work. What the system keeps of the file in its cache counts as the file: empty the cache for the
 * figures of a disk.
 */
public final class StreamBenchmark implements AutoCloseable {
  private final Checkpoint checkpoint;
  private final Dtype type;
  private final LoadedModel resident;
  private final LoadedModel streamed;
  private final Random random = new Random(1);

  /**
   * Loads the model.
   *
   * @throws ModelException if it cannot be used
   */
  public StreamBenchmark(Path directory, Dtype type) {
    this.checkpoint = Checkpoint.open(directory);
    this.type = type;
    resident = LoadedModel.load(checkpoint, type, Device.cpu());
    streamed =
        LoadedModel.load(
            checkpoint,
            type,
            Device.cpu(),
            TileSizes.DEFAULT,
            new MemoryPolicy(MemoryPolicy.AVAILABLE, Integer.MAX_VALUE));
  }

  /**
   * One micro-batch.
   *
   * @param tokens all its tokens
   * @param residentSeconds median time with all layers in memory
   * @param streamedSeconds median time with layers that come from the file
   */
  public record Row(int tokens, double residentSeconds, double streamedSeconds) {
    public double ratio() {
      return streamedSeconds / residentSeconds;
    }
  }

  /** Bytes of all layers as they lie in memory: what a streamed pass brings there. */
  public long layerBytes() {
    MemoryPlanner planner = MemoryPlanner.of(checkpoint.config(), type);
    return checkpoint.config().layers() * planner.largestLayer();
  }

  /** Seconds that the layers take on their way when nothing is to be done between them. */
  public double fetchSeconds(int rounds) {
    return median(rounds, () -> read(streamed, 1, 2));
  }

  /** A micro-batch of sequences of {@code length} tokens, both ways in turns. */
  public Row microBatch(int sequences, int length, int rounds) {
    List<Double> here = new ArrayList<>();
    List<Double> there = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      there.add(seconds(() -> read(streamed, sequences, length)));
      here.add(seconds(() -> read(resident, sequences, length)));
    }
    return new Row(sequences * length, median(here), median(there));
  }

  private void read(LoadedModel model, int sequences, int length) {
    ModelConfig config = checkpoint.config();
    List<PackedBatch> batches = new ArrayList<>();
    for (int i = 0; i < sequences; i++) {
      int[] tokens = random.ints(length, 0, config.vocabularySize()).toArray();
      batches.add(PackedBatch.of(SequenceGroup.of(tokens, 1)));
    }
    model.decoder(config).forward(batches);
  }

  private static double median(int rounds, Runnable work) {
    List<Double> seconds = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      seconds.add(seconds(work));
    }
    return median(seconds);
  }

  private static double seconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  private static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }

  @Override
  public void close() {
    streamed.close();
    resident.close();
  }
}
