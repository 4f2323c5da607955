package io.gateau.jobs.doctor;

import io.gateau.jobs.settings.ConfigException;
import io.gateau.jobs.start.StartChecks;
import io.gateau.model.Bytes;
import io.gateau.model.Devices;
import io.gateau.model.ModelCache;
import io.gateau.model.ModelSpec;
import io.gateau.model.checkpoint.Dtype;
import io.gateau.model.checkpoint.Processor;
import io.gateau.score.PromptTemplate;
import io.gateau.score.SampleScorer;
import io.gateau.score.ScoringConfig;
import io.gateau.score.TokenizedSample;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** This machine: Java, memory, disk, processor, libtorch, GPU. */
final class MachineChecks {
  private static final long LEAST_HEAP = 1L << 30;
  private static final long LEAST_MEMORY = 4L << 30;
  private static final long LEAST_DISK = 2L << 30;

  private MachineChecks() {}

  static Finding java() {
    String text =
        "%s (%s, %s)"
            .formatted(
                Runtime.version(),
                System.getProperty("java.vendor"),
                System.getProperty("os.arch"));
    return Runtime.version().feature() == 17
        ? Finding.ok("Java", text)
        : Finding.warning("Java", text, "Gateau is tested with Java 17; set JAVA_HOME to one");
  }

  static Finding heap() {
    long heap = Runtime.getRuntime().maxMemory();
    return heap < LEAST_HEAP
        ? Finding.warning(
            "Java heap",
            Bytes.text(heap),
            "use 1 GiB or more: GATEAU_JAVA_OPTS=-Xmx2g, or spark.driver.memory and"
                + " spark.executor.memory")
        : Finding.ok("Java heap", Bytes.text(heap));
  }

  static Finding memory() {
    long memory =
        ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
            .getTotalMemorySize();
    String text =
        "%s, %d cores".formatted(Bytes.text(memory), Runtime.getRuntime().availableProcessors());
    return memory < LEAST_MEMORY
        ? Finding.warning("memory", text, "gateau memory prints what a model needs")
        : Finding.ok("memory", text);
  }

  static Finding processor() throws IOException {
    Path list = Path.of("/proc/cpuinfo");
    String flags = Files.isReadable(list) ? Files.readString(list) : "";
    String widest =
        List.of("amx_bf16", "avx512f", "avx2", "asimd").stream()
            .filter(flag -> flags.contains(" " + flag))
            .findFirst()
            .orElse("not known");
    boolean bfloat16 = Processor.thisCpu() == Processor.CPU_WITH_BFLOAT16;
    return Finding.ok(
        "processor",
        "widest instructions %s; %s"
            .formatted(widest, bfloat16 ? "multiplies bfloat16" : "float32 is its fastest dtype"));
  }

  static Finding temporaryFolders(StartChecks checks) throws IOException {
    Path folder = Path.of(System.getProperty("java.io.tmpdir"));
    try {
      checks.temporaryFolders();
    } catch (ConfigException e) {
      return Finding.thrown("temporary folder", e);
    }
    long free = Files.getFileStore(folder).getUsableSpace();
    String text = "%s, %s free".formatted(folder, Bytes.text(free));
    return free < LEAST_DISK
        ? Finding.warning(
            "temporary folder", text, "name another with -Djava.io.tmpdir=DIR and spark.local.dir")
        : Finding.ok("temporary folder", text);
  }

  static Finding engine() {
    return Finding.ok("libtorch", Devices.find().libtorch());
  }

  static Finding gpu() {
    Devices.Found found = Devices.find();
    if (!found.warning().isEmpty()) {
      return Finding.warning("GPU", "none can be used", found.warning());
    }
    return Finding.ok(
        "GPU", found.gpus() == 0 ? "none; models run on the CPU" : found.gpus() + " usable");
  }

  /** The embedded pair reads a sample: tokenizer, weights, engine. */
  static Finding scores() {
    ModelSpec model =
        new ModelSpec("embedded:long", ModelSpec.CONFIGURED_THETA, Dtype.FLOAT32, Devices.AUTO);
    ScoringConfig scoring = ScoringConfig.DEFAULT;
    TokenizedSample sample =
        TokenizedSample.of(
            ModelCache.get(model).tokenizer(),
            PromptTemplate.GATEAU,
            "the harbour lamp is blue ".repeat(60),
            "what is the lamp",
            "it is blue");
    double perplexity = SampleScorer.of(model, scoring).perplexity(sample).orElseThrow();
    return Double.isFinite(perplexity)
        ? Finding.ok("scoring", "the embedded model reads a sample")
        : Finding.fault(
            "scoring",
            "the embedded model gives %s".formatted(perplexity),
            "use the libtorch of the jar: unset PYTORCH_LIBRARY_PATH");
  }
}
