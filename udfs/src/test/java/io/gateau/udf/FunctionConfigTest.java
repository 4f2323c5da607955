package io.gateau.udf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gateau.model.MemoryPolicy;
import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.RopeScalingOverride;
import io.gateau.model.tokenizer.SpecialTokens;
import io.gateau.score.AttentionFocus;
import io.gateau.score.PromptTemplate;
import io.gateau.score.ScoringConfig;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FunctionConfigTest {

  @Test
  void withoutOptionsTheDefaultsHold() {
    assertEquals(
        new FunctionConfig(
            new ModelSpec("m", ModelSpec.CONFIGURED_THETA, Dtype.AUTO, "auto"),
            ScoringConfig.DEFAULT),
        FunctionConfig.of("m", Map.of()));
  }

  @Test
  void everyOptionIsTaken() {
    assertEquals(
        new FunctionConfig(
            new ModelSpec(
                "m",
                40_000,
                RopeScalingOverride.of("linear:4"),
                Dtype.BFLOAT16,
                "cpu",
                MemoryPolicy.DEFAULT),
            new ScoringConfig(
                PromptTemplate.GATEAU,
                1_000,
                64,
                32,
                new AttentionFocus("last:8", "0,2"),
                500,
                SpecialTokens.CONTROL,
                ScoringConfig.RECENT_TOKENS)),
        FunctionConfig.of(
            "m",
            Map.ofEntries(
                Map.entry("rope-theta", "4e4"),
                Map.entry("rope-scaling", "linear:4"),
                Map.entry("dtype", "bfloat16"),
                Map.entry("device", "cpu"),
                Map.entry("max-tokens", "1000"),
                Map.entry("segment-tokens", "64"),
                Map.entry("segment-overlap", "32"),
                Map.entry("attention-layers", "last:8"),
                Map.entry("attention-heads", "0,2"),
                Map.entry("batch-tokens", "500"),
                Map.entry("special-tokens", "control"))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cake | 1 | option cake is not known; use [attention-heads, attention-layers, batch-tokens, device, dtype, max-tokens, rope-scaling, rope-theta, segment-overlap, segment-tokens, special-tokens]",
        "rope-theta | high | option rope-theta is high; use a number",
        "rope-theta | -1 | rope-theta -1.0 is not a positive number; 10000 is common",
        "max-tokens | many | option max-tokens is many; it must be a whole number",
        "segment-tokens | 0 | segment-tokens is 0; it must be 1 or more",
        "segment-overlap | 128 | segment-overlap 128 is outside [0, 128); it must be less than segment-tokens",
        "attention-heads | top | attention-heads top is no choice; use all, first:8, last:8, or numbers from 0 on such as 4-11 or 0,5,7-9",
        "rope-scaling | mrope:3 | rope-scaling mrope:3 is not known; use none, linear:4, dynamic:2, yarn:4, yarn:4:32768, llama3:8, llama3:8:8192 or the JSON object of a model card's rope_scaling",
        "special-tokens | off | special-tokens off is not known; use text or control",
        "dtype | int8 | dtype int8 is not known; use auto, float32, bfloat16, float16",
        "device | tpu | device tpu is not known; use auto, cpu, cuda or cuda:N"
      })
  void aWrongOptionIsNamed(String name, String value, String complaint) {
    assertEquals(complaint, complaint(Map.of(name, value)));
  }

  @Test
  void anOptionThatIsNullIsNamed() {
    assertEquals(
        "option dtype is null; leave it out for its usual value",
        complaint(Collections.singletonMap("dtype", null)));
  }

  private static String complaint(Map<String, String> options) {
    return assertThrows(IllegalArgumentException.class, () -> FunctionConfig.of("m", options))
        .getMessage();
  }
}
