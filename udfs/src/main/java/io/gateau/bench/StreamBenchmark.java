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
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.commons.math3.stat.descriptive.rank.Median;

/**
 * Times one model on the CPU with its layers in memory and with its layers streamed from the file
 * one at a time, to find how many tokens a batch group needs until the computation hides the
 * transfer. Where the page cache of the system holds the file, its speed is measured: empty the
 * cache for the figures of a disk.
 */
public final class StreamBenchmark implements AutoCloseable {
  private final Checkpoint checkpoint;
  private final Dtype dtype;
  private final LoadedModel resident;
  private final LoadedModel streamed;
  private final Random random = new Random(1);

  /**
   * Loads the model.
   *
   * @throws ModelException if it cannot be used
   */
  public StreamBenchmark(Path directory, Dtype dtype) {
    this.checkpoint = Checkpoint.open(directory);
    this.dtype = dtype;
    resident = LoadedModel.load(checkpoint, dtype, Device.cpu());
    streamed =
        LoadedModel.load(
            checkpoint,
            dtype,
            Device.cpu(),
            TileSizes.DEFAULT,
            new MemoryPolicy(MemoryPolicy.AVAILABLE, Integer.MAX_VALUE));
  }

  /**
   * One batch group.
   *
   * @param tokens of all its sequences
   * @param residentSeconds median time with all layers in memory
   * @param streamedSeconds median time with layers that are streamed from the file
   */
  public record BatchGroup(int tokens, double residentSeconds, double streamedSeconds) {
    public double ratio() {
      return streamedSeconds / residentSeconds;
    }
  }

  /** Bytes of all layers in memory: what a streamed pass transfers. */
  public long layerBytes() {
    MemoryPlanner planner = MemoryPlanner.of(checkpoint.config(), dtype);
    return checkpoint.config().layers() * planner.largestLayer();
  }

  /** Seconds that the layers take to arrive when nothing is computed between them. */
  public double fetchSeconds(int rounds) {
    double[] seconds = new double[rounds];
    Arrays.setAll(seconds, round -> seconds(streamed, 1, 2));
    return new Median().evaluate(seconds);
  }

  /**
   * A batch group of sequences of {@code length} tokens, timed streamed and resident alternately.
   */
  public BatchGroup batchGroup(int sequences, int length, int rounds) {
    double[] streamedSeconds = new double[rounds];
    double[] residentSeconds = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      streamedSeconds[round] = seconds(streamed, sequences, length);
      residentSeconds[round] = seconds(resident, sequences, length);
    }
    Median median = new Median();
    return new BatchGroup(
        sequences * length, median.evaluate(residentSeconds), median.evaluate(streamedSeconds));
  }

  /** Seconds of one forward pass over random tokens. */
  private double seconds(LoadedModel model, int sequences, int length) {
    long start = System.nanoTime();
    ModelConfig config = checkpoint.config();
    List<PackedBatch> batches = new ArrayList<>();
    for (int i = 0; i < sequences; i++) {
      int[] tokens = random.ints(length, 0, config.vocabularySize()).toArray();
      batches.add(PackedBatch.of(SequenceGroup.of(tokens, 1)));
    }
    model.decoder(config).forward(batches);
    return (System.nanoTime() - start) / 1e9;
  }

  @Override
  public void close() {
    streamed.close();
    resident.close();
  }
}
