package io.gateau.model.decoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.Family;
import io.gateau.model.checkpoint.LayerConfig;
import io.gateau.model.checkpoint.LayerConfig.Activation;
import io.gateau.model.checkpoint.ModelConfig;
import io.gateau.model.checkpoint.Processor;
import io.gateau.model.checkpoint.RotaryEmbedding;
import io.gateau.model.checkpoint.RotaryScaling;
import io.gateau.model.decoder.DecoderProgram.LinearKernels;
import io.gateau.model.torch.TensorScope;
import io.gateau.model.torch.TorchProgram;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Compares linear layers over plain and over prepacked weights in bfloat16. They may differ by the
 * rounding of a step in between, 2^-8 of a number. Prepacked weights need a CPU with bfloat16
 * instructions.
 */
class PrepackedLinearTest {
  private static final int ROWS = 37;
  private static final int HIDDEN = 48;
  private static final int INNER = 80;
  private static final int HEAD = 16;

  private final Random random = new Random(3);

  static boolean hasBfloat16() {
    return Processor.thisCpu() == Processor.CPU_WITH_BFLOAT16;
  }

  @Test
  void otherDtypesAndDevicesUsePlainWeights() {
    assertEquals(LinearKernels.PLAIN, LinearKernels.of(Dtype.FLOAT32, Device.cpu()));
    assertEquals(LinearKernels.PLAIN, LinearKernels.of(Dtype.FLOAT16, Device.cpu()));
    assertEquals(LinearKernels.PLAIN, LinearKernels.of(Dtype.BFLOAT16, Device.gpu()));
    assertEquals(
        hasBfloat16() ? LinearKernels.PREPACKED : LinearKernels.PLAIN,
        LinearKernels.of(Dtype.BFLOAT16, Device.cpu()));
  }

  @ParameterizedTest
  @EnumSource
  @EnabledIf("hasBfloat16")
  void prepackedLinearLayersGiveWhatPlainOnesGive(Activation activation) {
    float[] x = numbers(ROWS * HIDDEN, 1);
    float[] inner = numbers(ROWS * INNER, 1);
    Map<String, float[]> weights = new HashMap<>();
    weights.put("gate_proj", numbers(INNER * HIDDEN, 0.3));
    weights.put("up_proj", numbers(INNER * HIDDEN, 0.3));
    weights.put("down_proj", numbers(HIDDEN * INNER, 0.3));
    Map<String, float[]> more = new HashMap<>(weights);
    more.put("gate_proj_bias", numbers(INNER, 1));
    more.put("up_proj_bias", numbers(INNER, 1));
    more.put("down_proj_bias", numbers(HIDDEN, 1));
    more.put("head_norm", numbers(HEAD, 1));
    more.put("output_norm", numbers(HIDDEN, 1));
    try (Kernels plain = new Kernels(activation, LinearKernels.PLAIN);
        Kernels prepacked = new Kernels(activation, LinearKernels.PREPACKED)) {
      for (Map<String, float[]> all : List.of(weights, more)) {
        assertClose(plain.gated(x, all), prepacked.gated(x, all), 1);
        for (String norm : List.of("", "head_norm")) {
          float[] expected = plain.projected(x, norm, all);
          assertClose(expected, prepacked.projected(x, norm, all), 1);
        }
        for (String norm : List.of("", "output_norm")) {
          float[] expected = plain.added(x, inner, norm, all);
          assertClose(expected, prepacked.added(x, inner, norm, all), 2);
        }
      }
      assertNotEquals(plain.gated(x, weights)[0], plain.gated(x, more)[0]);
    }
  }

  private static void assertClose(float[] expected, float[] actual, double scale) {
    assertEquals(expected.length, actual.length);
    double largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertArrayEquals(expected, actual, (float) (scale * largest / 128));
  }

  private float[] numbers(int count, double deviation) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) (deviation * random.nextGaussian());
    }
    return numbers;
  }

  /** The projections of one program in bfloat16; float arrays in and out. */
  private static final class Kernels implements AutoCloseable {
    private final TorchProgram program;
    private final TensorScope scope = new TensorScope();

    Kernels(Activation activation, LinearKernels kernels) {
      RotaryEmbedding rotary = new RotaryEmbedding(HEAD, 10_000, new RotaryScaling.None());
      LayerConfig options = LayerConfig.builder(1, HEAD).activation(activation).build();
      ModelConfig config =
          new ModelConfig(
              Family.LLAMA,
              1,
              HIDDEN,
              3,
              3,
              HEAD,
              INNER,
              300,
              1e-5,
              true,
              -1,
              options,
              rotary,
              rotary);
      program = DecoderProgram.of(config, kernels, TileSizes.DEFAULT, Device.cpu());
    }

    float[] gated(float[] x, Map<String, float[]> weights) {
      return floats(
          scope.own(program.call("gate_and_up", tensor(x, ROWS, HIDDEN), dictionary(weights))),
          INNER);
    }

    float[] projected(float[] x, String norm, Map<String, float[]> weights) {
      IValue out = tensor(new float[ROWS * INNER], ROWS, INNER);
      IValue of = tensor(x, ROWS, HIDDEN);
      scope.own(
          program.call("linear_out", of, text("gate_proj"), text(norm), dictionary(weights), out));
      return floats(out, INNER);
    }

    float[] added(float[] x, float[] inner, String norm, Map<String, float[]> weights) {
      IValue to = tensor(x, ROWS, HIDDEN);
      IValue of = tensor(inner, ROWS, INNER);
      scope.own(
          program.call("linear_add_", to, of, text("down_proj"), text(norm), dictionary(weights)));
      return floats(to, HIDDEN);
    }

    private IValue text(String text) {
      return scope.own(IValue.from(text));
    }

    private IValue dictionary(Map<String, float[]> weights) {
      Map<String, PtNDArray> arrays = new HashMap<>();
      weights.forEach(
          (name, numbers) -> {
            int rows = name.startsWith("down") ? HIDDEN : INNER;
            IValue tensor =
                name.endsWith("_proj")
                    ? tensor(numbers, rows, numbers.length / rows)
                    : tensor(numbers, numbers.length, 0);
            arrays.put(name, scope.own(tensor.toTensor(program.manager())));
          });
      return scope.own(program.call("prepack", scope.own(IValue.stringMapFrom(arrays))));
    }

    /** Rounded to bfloat16; columns 0: one dimension. */
    private IValue tensor(float[] numbers, int rows, int columns) {
      IValue weight = Weights.empty(program, rows, columns, Dtype.BFLOAT16, scope);
      Shape shape = columns == 0 ? new Shape(rows) : new Shape(rows, columns);
      fill(
          weight,
          scope.own(IValue.from(scope.own((PtNDArray) program.manager().create(numbers, shape)))));
      return weight;
    }

    /** Java must not read bfloat16: a copy in float32 can be read. */
    private float[] floats(IValue tensor, int columns) {
      IValue float32 = Weights.empty(program, ROWS, columns, Dtype.FLOAT32, scope);
      fill(float32, tensor);
      return scope.own(float32.toTensor(program.manager())).toFloatArray();
    }

    private void fill(IValue weight, IValue numbers) {
      IValue start = scope.own(IValue.from(0L));
      scope.own(program.call("fill_weight", weight, start, numbers));
    }

    @Override
    public void close() {
      scope.close();
      program.close();
    }
  }
}
