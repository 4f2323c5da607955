package io.gateau.model.djl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.util.Ec2Utils;
import ai.djl.util.Utils;
import io.gateau.model.Devices;
import io.gateau.model.checkpoint.Tokenizer;
import io.gateau.model.torch.TorchProgram;
import io.gateau.testing.ChildJvm;
import io.gateau.testing.TinyCheckpoint;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whether DJL, in a process of its own, begins a report (it keeps the time of the last one), and
 * whether it would download.
 */
class DjlSettingsTest {
  @TempDir Path directory;

  @BeforeEach
  void write() throws IOException {
    TinyCheckpoint.tied().write(directory);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tokenizer", "devices", "program"})
  void whateverIsCalledFirstReportsNothingAndIsOffline(String first) throws Exception {
    assertEquals("reported: false, offline: true", call(first));
  }

  /* Else the test above could not fail. */
  @Test
  void djlAloneDoesReportAndIsOnline() throws Exception {
    assertEquals("reported: true, offline: false", call("djl"));
  }

  /** The last line: others are of loggers. */
  private String call(String first) throws Exception {
    String[] lines =
        ChildJvm.run(FirstCall.class, first, directory.toString()).strip().split("\n", -1);
    return lines[lines.length - 1];
  }

  /** Calls one of the classes that may be the first to call DJL. */
  static final class FirstCall {
    private FirstCall() {}

    public static void main(String[] arguments) throws Exception {
      Path directory = Path.of(arguments[1]);
      switch (arguments[0]) {
        case "tokenizer" -> Tokenizer.open(directory).close();
        case "devices" -> Devices.of("cpu");
        case "program" ->
            new TorchProgram(
                    "Nothing",
                    "class Nothing(Module):\n  training : bool\n",
                    Map.of(),
                    Device.cpu())
                .close();
        default -> HuggingFaceTokenizer.newInstance(directory.resolve(Tokenizer.FILE)).close();
      }
      Field last = Ec2Utils.class.getDeclaredField("lastCheckIn");
      last.setAccessible(true);
      System.out.printf(
          "reported: %s, offline: %s%n", last.getLong(null) != 0, Utils.isOfflineMode());
    }
  }
}
