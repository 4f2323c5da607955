package io.gateau.model.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.gateau.testing.BrokenCheckpoint;
import io.gateau.testing.StoredDtype;
import io.gateau.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What dtype auto means, by what the weights are stored as, what config.json says, and where. */
class DefaultDtypeTest {
  @TempDir Path temporary;

  /* A stated dtype of - leaves the key out. */
  @ParameterizedTest
  @CsvSource({
    "F32, -, FLOAT32, FLOAT32",
    "F32, float32, FLOAT32, FLOAT32",
    "F32, bfloat16, BFLOAT16, FLOAT32",
    "BF16, bfloat16, BFLOAT16, BFLOAT16",
    "BF16, -, BFLOAT16, BFLOAT16",
    "BF16, torch.bfloat16, BFLOAT16, BFLOAT16",
    "BF16, float32, FLOAT32, FLOAT32",
    "F16, float16, FLOAT16, FLOAT32",
    "F16, -, FLOAT16, FLOAT32",
    "F16, bfloat16, BFLOAT16, BFLOAT16"
  })
  void autoGoesByModelAndMachine(
      StoredDtype stored, String stated, Dtype onGpu, Dtype onCpuThatHasBfloat16)
      throws IOException {
    for (String key : new String[] {"dtype", "torch_dtype"}) {
      Path directory = TinyCheckpoint.tied().dtype(stored).write(temporary.resolve(key));
      BrokenCheckpoint.config(
          directory,
          config -> {
            config.remove(java.util.List.of("dtype", "torch_dtype"));
            if (!stated.equals("-")) {
              config.put(key, stated);
            }
          });
      Checkpoint checkpoint = Checkpoint.open(directory);

      assertEquals(onGpu, checkpoint.defaultDtype(Processor.GPU), key);
      assertEquals(onCpuThatHasBfloat16, checkpoint.defaultDtype(Processor.CPU_WITH_BFLOAT16), key);
      assertEquals(Dtype.FLOAT32, checkpoint.defaultDtype(Processor.CPU), key);
    }
  }

  @Test
  void aDtypeThatIsNotComputedIsNamedWithTheWayOut() throws IOException {
    Path directory = TinyCheckpoint.tied().write(temporary.resolve("model"));
    BrokenCheckpoint.config(directory, config -> config.put("torch_dtype", "int8"));
    Checkpoint checkpoint = Checkpoint.open(directory);

    assertEquals(
        directory.resolve("config.json")
            + ": torch_dtype is \"int8\"; dtype auto goes by it, so give --dtype float32, bfloat16 or"
            + " float16",
        assertThrows(ModelException.class, () -> checkpoint.defaultDtype(Processor.GPU))
            .getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "flags : fpu avx512f avx512_bf16 amx_tile, CPU_WITH_BFLOAT16",
    "flags : fpu amx_bf16, CPU_WITH_BFLOAT16",
    "flags : fpu avx512f avx512_bf16x, CPU",
    "'', CPU"
  })
  void aCpuIsKnownByItsFlags(String description, Processor processor) {
    assertEquals(processor, Processor.cpu(description));
  }

  @Test
  void thisMachinesCpuIsReadFromLinux() throws IOException {
    Path flags = Path.of("/proc/cpuinfo");
    boolean has =
        Files.isReadable(flags) && Files.readString(flags).matches("(?s).*(avx512|amx)_bf16\\b.*");

    assertEquals(has ? Processor.CPU_WITH_BFLOAT16 : Processor.CPU, Processor.thisCpu());
  }
}
