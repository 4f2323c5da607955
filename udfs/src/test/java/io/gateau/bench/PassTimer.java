package io.gateau.bench;

import ai.djl.Device;
import io.gateau.model.LoadedModel;
import io.gateau.model.checkpoint.Checkpoint;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.decoder.Decoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.Scanner;

/**
 * Times passes of a model in a dtype over random tokens, for {@code
 * src/test/python/paired_timings.py}: reads lengths from standard input and answers each with the
 * seconds that it took.
 */
final class PassTimer {
  private static final int RESPONSE = 128;

  public static void main(String[] args) {
    Random random = new Random(1);
    try (LoadedModel model =
            LoadedModel.load(Checkpoint.open(Path.of(args[0])), Dtype.of(args[1]), Device.cpu());
        Scanner lengths = new Scanner(System.in, StandardCharsets.US_ASCII)) {
      ModelConfig config = model.checkpoint().config();
      Decoder decoder = model.decoder(config.ropeTheta());
      System.out.println("ready");
      while (lengths.hasNextInt()) {
        int[][] batch = {random.ints(lengths.nextInt(), 0, config.vocabularySize()).toArray()};
        long start = System.nanoTime();
        decoder.negativeLogLikelihood(batch, RESPONSE);
        System.out.println("seconds " + (System.nanoTime() - start) / 1e9);
      }
    }
  }

  private PassTimer() {}
}
