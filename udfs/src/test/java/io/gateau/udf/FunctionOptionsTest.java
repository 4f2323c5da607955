package io.gateau.udf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gateau.model.ModelSpec;
import io.gateau.model.NumberType;
import io.gateau.model.PromptTemplate;
import io.gateau.model.ScoringSettings;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FunctionOptionsTest {

  @Test
  void withoutOptionsTheDefaultsHold() {
    assertEquals(
        new FunctionOptions(
            new ModelSpec("m", ModelSpec.CONFIGURED_THETA, NumberType.FLOAT32, "auto"),
            ScoringSettings.DEFAULT),
        FunctionOptions.of("m", Map.of()));
  }

  @Test
  void everyOptionIsTaken() {
    assertEquals(
        new FunctionOptions(
            new ModelSpec("m", 40_000, NumberType.BFLOAT16, "cpu"),
            new ScoringSettings(PromptTemplate.GATEAU, 1_000, 64, 500)),
        FunctionOptions.of(
            "m",
            Map.of(
                "rope-theta", "4e4",
                "dtype", "bfloat16",
                "device", "cpu",
                "max-tokens", "1000",
                "segment-tokens", "64",
                "batch-tokens", "500")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cake | 1 | option cake is not known; use [batch-tokens, device, dtype, max-tokens, rope-theta, segment-tokens]",
        "rope-theta | high | option rope-theta is high; use a number",
        "rope-theta | -1 | rope-theta -1.0 is not a positive number; 10000 is common",
        "max-tokens | many | option max-tokens is many; it must be a whole number",
        "segment-tokens | 0 | segment-tokens is 0; it must be 1 or more",
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
    return assertThrows(IllegalArgumentException.class, () -> FunctionOptions.of("m", options))
        .getMessage();
  }
}
